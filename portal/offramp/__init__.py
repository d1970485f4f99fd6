"""Turning tokens into money through a provider.

Tables: tbl_offramp_providers, tbl_offramps, tbl_offramp_transactions.
"""
