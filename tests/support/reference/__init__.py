"""An independent implementation of docs/specification.md#section-3 and #section-10, in plain numpy.

It shares no code with the product. Tests compare the pixels of both.
"""
