"""Payouts to people, handed out by vendors.

Tables: tbl_transactions.
"""
