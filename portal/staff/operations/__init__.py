"""What happens to a user and to their ways to sign in at once. Nothing here commits."""
