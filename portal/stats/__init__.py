"""Figures kept ready for dashboards.

Tables: tbl_stats, tbl_grievance_figures, tbl_grievance_places, tbl_grievance_touched.
"""
