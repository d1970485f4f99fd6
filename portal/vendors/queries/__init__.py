"""What is asked about vendors."""
