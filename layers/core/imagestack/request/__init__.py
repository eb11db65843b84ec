"""What a viewer asks for: events, paths, queries and headers, read once into frozen values."""
