"""Reconciliation: what a provider says became of a payout list, held against what was paid.

Tables: tbl_reconciliations, tbl_reconciliation_rows. URLs: /reconciliations. Verbs: upload, say what the columns are,
look, mark as failed. The file comes in like one of an import: a child process reads it, columns are guessed and can be
changed, and nothing happens before somebody says so.
"""
