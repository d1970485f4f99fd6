"""Every change of a vendor, their state and their projects. Nothing here commits."""
