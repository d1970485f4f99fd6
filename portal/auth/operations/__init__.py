"""Every change of an account or a session. Nothing here commits.

Signing in writes also when it refuses: the view commits either way.
"""
