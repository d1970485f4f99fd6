"""People who work with the portal, and what they may do.

Tables: tbl_users, tbl_auth_roles, tbl_auth_permissions, tbl_users_roles. URLs: /roles; those of users are in
`portal.staff`. Verbs: make, edit, delete, give and take roles, try what they come to; add, edit,
deactivate and restore users; remember a choice.
"""
