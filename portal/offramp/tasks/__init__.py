"""What is done for offramps in the background."""
