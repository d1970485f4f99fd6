"""Projects, which everything else hangs on: their life, their budgets, and what is read-only once they are closed.

Tables: tbl_projects, tbl_project_budgets. URLs: /projects. Verbs: read, create, update, delete, export, reopen.
"""
