"""What an operator gives to the local stack, and what it gives back: address, rules, token, an example."""
