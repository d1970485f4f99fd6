"""Every SELECT about providers and requests."""
