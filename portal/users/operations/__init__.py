"""Every change of a user, a role, or who holds which. Nothing here commits."""
