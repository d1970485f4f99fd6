"""People who work with the portal, and what they may do.

Tables: tbl_users, tbl_auth_roles, tbl_auth_permissions, tbl_users_roles. No URLs yet: accounts are made by
`portal user` and by the demo. Verbs: make and assign roles, add users, remember a person's preferences.
"""
