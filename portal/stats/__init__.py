"""Figures kept ready for dashboards.

Tables: tbl_stats.
"""
