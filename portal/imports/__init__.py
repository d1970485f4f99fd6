"""People on their way in: uploaded files and submissions, judged and taken.

Tables: tbl_import_batches, tbl_import_mappings, tbl_temp_beneficiaries, tbl_temp_group,
tbl_temp_beneficiary_group, tbl_kobo_beneficiaries.
"""
