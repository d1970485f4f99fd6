"""Every change of a bulk action's state, and what it does to people."""
