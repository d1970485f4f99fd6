"""What is done for grievances in the background."""
