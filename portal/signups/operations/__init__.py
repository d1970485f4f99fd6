"""Every change of a request for an account. Nothing here commits.

`asking` takes requests in and opens and closes the form, `deciding` approves and rejects, `forgetting` removes what
people wrote once it has done its service.
"""
