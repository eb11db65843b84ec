"""The journey of a request through stores, plan, transform and response."""
