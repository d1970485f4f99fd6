"""What is asked about requests for an account."""
