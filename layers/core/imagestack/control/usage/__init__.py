"""How rules are used."""
