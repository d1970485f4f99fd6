"""How people come in, and stay in.

Tables: tbl_auth, tbl_auth_sessions. URLs: /sign-in, /sign-out, /account/sessions,
/account/password. Verbs: sign in, sign out, end a session, end all others, change the password, unlock.
"""
