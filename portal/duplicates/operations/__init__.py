"""Scanning for duplicates, keeping two people apart, making them one, and undoing that."""
