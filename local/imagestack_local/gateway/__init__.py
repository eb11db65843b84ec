"""API Gateway: HTTP requests become events, and results of functions become HTTP responses."""
