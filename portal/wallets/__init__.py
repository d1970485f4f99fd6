"""Wallet addresses for people and vendors who bring none.

Tables: the portal's own tbl_wallet_pool. Verbs: claim an address, keep enough of them ready.
"""
