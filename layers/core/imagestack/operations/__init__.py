"""Operations, a module each: what a query can request, and the step that it becomes for a picture of some size.

Operations do not compute pixels. `transform.steps` has a function for each step.
"""
