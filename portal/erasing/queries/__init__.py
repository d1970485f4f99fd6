"""Who can be erased, what there is of them, and who was."""
