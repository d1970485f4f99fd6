"""Every SELECT about grievances."""
