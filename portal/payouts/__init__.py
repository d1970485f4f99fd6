"""Payout lists: who is to be paid what, made by one person, approved by others, and then paid all at once.

Owns `tbl_payout_lists`, `tbl_payout_rows` and `tbl_payout_approvals`, the URLs below /payouts, and the verbs make,
fill, submit, approve, hold, release, return, take back, cancel and pay.
"""
