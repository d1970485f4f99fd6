"""Complaints on their way in: the public form and the case by code and PIN, posters that lead there, a hotline's file.

Tables: tbl_hotline_files, tbl_hotline_rows. URLs: /complain, /hotline. Verbs: complain, follow one's own case, answer,
accept, not accept; upload a file, say what its columns are, look, take. The public pages set no cookie and need no
script: what they carry from one request to the next is signed (`tickets`), and who comes back shows code and PIN
(`pins`).
"""
