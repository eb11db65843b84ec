"""What is answered: HTTP responses and their headers."""
