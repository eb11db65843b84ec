"""What an operator has set: resources, rules and their options."""
