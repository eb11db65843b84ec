"""What will be done with an original: the plan of a request, and the work that it comes to."""
