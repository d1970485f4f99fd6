"""Signing in: ways to sign in, sessions, requests for an account.

Tables: tbl_auth, tbl_auth_sessions, tbl_users_signups.
"""
