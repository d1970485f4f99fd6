"""A person erased everywhere: what names them goes for good, and what totals and payments need stays.

Tables: none of its own; it empties rows of many. URLs: /beneficiaries/erased, /beneficiaries/<uuid>/erase and
/beneficiaries/erased/<uuid>. Verbs: show what would go, erase, erase who was deleted long ago, show what is left.
"""
