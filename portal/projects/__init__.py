"""Projects, which everything else hangs on.

Tables: tbl_projects.
"""
