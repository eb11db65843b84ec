"""Resources and rules as items of the tables, and the port to the tables."""
