"""The shapes of what is typed about grievances: `listing` for the list, the board and exports, `bulk` for many cases."""
