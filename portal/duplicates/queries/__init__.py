"""Pairs as lists and pages show them, and what two people are."""
