"""What figures are narrowed to."""
