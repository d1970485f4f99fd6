"""The shapes of what is typed about grievances: one `case`, the `listing` and the board, `many` cases at once."""
