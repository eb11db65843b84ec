"""The services of AWS that changes are carried to."""
