"""Every change of a reconciliation."""
