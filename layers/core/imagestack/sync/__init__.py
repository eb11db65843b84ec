"""What follows from changes: derived objects and edge copies that no longer hold are removed, jobs are done."""
