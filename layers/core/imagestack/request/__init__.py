"""Requests of viewers: events, paths, queries and headers, read once into frozen values."""
