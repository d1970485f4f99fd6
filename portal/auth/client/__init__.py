"""The outside world of signing in: other services that say who somebody is."""
