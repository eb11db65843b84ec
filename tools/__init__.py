"""Commands for developers of Image Stack."""
