"""Every SELECT on payout lists: which there are, what stands in one, and what to look at before approving."""
