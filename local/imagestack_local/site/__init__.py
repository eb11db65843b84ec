"""The page of the local stack."""
