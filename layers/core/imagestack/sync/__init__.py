"""The sync function: removes derived objects and edge copies after changes, and runs purges and prefetches."""
