"""What is asked of the log and of its seals."""
