"""Every SELECT of the intake."""
