"""What is asked about users and roles."""
