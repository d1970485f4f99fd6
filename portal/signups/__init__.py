"""Requests for an account: somebody asks by the public form, an administrator approves or rejects.

Table: tbl_users_signups. URLs: /sign-up, /sign-ups. Verbs: ask for an account, list, show, approve, reject, open and
close the form.
"""
