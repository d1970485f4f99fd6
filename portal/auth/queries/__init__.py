"""What is asked about ways to sign in, about sessions, and about who is behind one."""
