"""The record of every change, written by the database itself.

Tables: tbl_audit_log.
"""
