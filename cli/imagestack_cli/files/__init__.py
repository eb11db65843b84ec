"""Files of resources and rules, and the changes that an import makes."""
