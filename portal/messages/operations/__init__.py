"""Every change of a message. Nothing here commits.

`outbox` writes messages down, `sending` says how an attempt went, `upkeep` begins anew what was left and forgets.
"""
