"""Operations, a module each: what a query can ask for, and what that comes to for a picture of some size.

An operation does not know how pixels are computed: `transform.steps` has a function for each step.
"""
