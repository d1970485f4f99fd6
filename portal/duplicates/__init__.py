"""Records that may be one person: found by a scan, looked at side by side, merged or kept apart.

Owns tbl_duplicate_pairs and tbl_merges, the pages below /duplicates, and the verbs scan, keep apart, merge, undo.
"""
