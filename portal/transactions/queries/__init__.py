"""Every SELECT about transactions."""
