"""Settings of this installation, and the applications that may push people into it.

Tables: tbl_settings, tbl_auth_apps.
"""
