"""Image Stack."""
