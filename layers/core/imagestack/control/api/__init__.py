"""The vocabulary of the HTTP API: bodies, queries, answers, and how requests are read."""
