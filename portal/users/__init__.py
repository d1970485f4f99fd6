"""Who works with the portal: users, their roles, and what a role may do.

Tables: tbl_users, tbl_auth_roles, tbl_auth_permissions, tbl_users_roles.
"""
