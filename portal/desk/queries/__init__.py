"""What a vendor sees of their own transactions. Every statement here is narrowed to one vendor."""
