"""One deed for many people: what is chosen in the list, tried without doing it, done at once, and undone.

Owns `tbl_bulk_actions` and `tbl_bulk_changes`, the URLs below /bulk, and the verbs draft, begin, do, undo.
"""
