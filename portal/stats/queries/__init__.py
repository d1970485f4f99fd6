"""Every SELECT about figures."""
