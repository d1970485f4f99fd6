"""A small, believable demo, and crowds of made-up people for measuring.

Owns no tables, URLs or verbs: it fills those of all modules, so only the command line imports it. Names are
put together from lists of common ones, phones come from ranges that no subscriber has, and the same version
of the portal makes the same people each time.
"""
