"""The shapes of what is typed about projects: `listing` for the list, `project` for one, `budgets`, `life`."""
