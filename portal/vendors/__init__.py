"""Vendors who hand out goods or cash: who they are, how they stand, and in which projects they work until when.

Tables: tbl_vendors, tbl_projects_vendors. URLs: /vendors. Verbs: list, export; add, edit, approve, suspend, invite,
assign to a project, change days, take out, delete, restore.
"""
