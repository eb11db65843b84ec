"""A folder of files as the originals bucket."""
