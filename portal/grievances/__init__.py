"""Complaints and requests for help.

Tables: tbl_grievances, tbl_grievance_*.
"""
