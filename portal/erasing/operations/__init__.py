"""What becomes of people who are erased."""
