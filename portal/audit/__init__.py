"""The record of every change, written by the database itself, sealed each minute, shown and checked.

Tables: tbl_audit_log, tbl_audit_seals. URLs: /audit. Verbs: record, seal, verify, list, show a record's history.
"""
