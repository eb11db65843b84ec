"""The ports of the sync function on AWS."""
