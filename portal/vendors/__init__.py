"""Vendors and the projects they work for.

Tables: tbl_vendors, tbl_projects_vendors.
"""
