"""The control API as commands use it, over HTTP or directly on the tables."""
