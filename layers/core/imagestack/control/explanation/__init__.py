"""Explanations of addresses: how each parameter is understood, and what that gives for an original."""
