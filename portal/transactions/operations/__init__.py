"""Every change of transactions."""
