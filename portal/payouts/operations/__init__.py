"""Every change of a payout list, its rows and its approvals."""
