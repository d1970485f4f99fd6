"""Every change of grievances."""
