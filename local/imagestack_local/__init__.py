"""What runs only on a developer's or operator's machine: the command line and the local stack."""
