"""Previews: what a rule does to an original before the rule is saved."""
