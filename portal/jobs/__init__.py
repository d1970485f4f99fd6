"""Work in the background: what runs, how far it is, what came of it.

Tables: tbl_jobs. The queue behind it is procrastinate's and keeps its own tables.
"""
