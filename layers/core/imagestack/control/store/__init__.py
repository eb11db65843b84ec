"""Resources and rules as items of the tables, and the port by which they are read and written."""
