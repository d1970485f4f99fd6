"""What knows no request: database, columns, abilities, paging, errors, secrets. Every module stands on it."""
