"""API Gateway: HTTP requests become events, and answers of functions become HTTP responses."""
