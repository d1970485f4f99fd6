"""What the pages of users ask for, across users, their accounts and their sessions."""
