"""Payouts to people, handed out by vendors: made by one person, decided by another, never changed.

Tables: tbl_transactions, tbl_transaction_sums. URLs: /transactions. Verbs: make, approve, reject, fail, retry, export.
"""
