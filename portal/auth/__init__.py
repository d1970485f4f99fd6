"""How people come in, and stay in.

Tables: tbl_auth, tbl_auth_sessions, tbl_auth_second_factors, tbl_auth_recovery_codes, tbl_auth_tokens. URLs: /sign-in,
/sign-out, /password-reset, /invitation, /new-email, /new-phone, /account. Verbs: sign in (by password, code, wallet
or another service), sign out, invite, reset and change the password, change one's addresses, link and unlink, set up a
second factor, end sessions, unlock, set aside who leaves.
"""
