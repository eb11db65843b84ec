"""HTTP responses and their headers."""
