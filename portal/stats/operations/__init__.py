"""Counting anew what changed."""
