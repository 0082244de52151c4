"""What templates say about customers."""
