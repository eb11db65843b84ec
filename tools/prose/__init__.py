"""A linter of prose: long sentences, and words that have a plainer or a standard form.

It reads pages in Markdown, docstrings and comments of Python, and comments of JavaScript.
"""
