"""Every change to people, their memberships and their wallets; whole sets by one statement."""
