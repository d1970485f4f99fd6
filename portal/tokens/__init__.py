"""The registry of tokens.

Tables: tbl_tokens.
"""
