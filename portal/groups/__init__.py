"""Groups of people: made by hand, by a filter or by a column; assigned to projects; what their purpose asks of members.

Tables: the portal's own tbl_saved_filters. The groups themselves stand in `beneficiaries`, which needs them.
URLs: /groups. Verbs: create, edit, add, remove, split, compare, assign, undo, delete, restore.
"""
