"""Every SELECT about projects."""
