"""The registry of tokens: which there are on which contract, and how finely their amounts divide.

Tables: tbl_tokens. URLs: /tokens. It registers only: nothing is made or moved on a chain.
"""
