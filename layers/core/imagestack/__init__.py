"""Image Stack: what a request for an image means, and how it is answered."""

__version__ = "0.1.0"
