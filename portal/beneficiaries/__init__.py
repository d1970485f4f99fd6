"""The people aid is for: their registry, their personal data, the groups they are in.

Tables: tbl_beneficiaries, tbl_beneficiaries_pii, tbl_beneficiaries_group, tbl_grouped_beneficiaries,
tbl_beneficiaries_projects, tbl_beneficiaries_gorup_projects.
URLs: /beneficiaries. Verbs: list, read, export, choose columns; register, change, verify, delete, restore.
"""
