"""Usage statistics of rules."""
