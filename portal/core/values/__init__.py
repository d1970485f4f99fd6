"""What people type or files hold, into typed values: pure functions from text to what a field takes.

Every converter is `(cell, context) -> Converted(value, problem, note, rest)`. A problem says why a text cannot be
taken, a note only warns; both carry an English sentence that is the key of its translation. Files on their way in
and forms read by the same functions, so that a number or a name means the same wherever it comes from. Nothing here
knows a request or the database.
"""

from portal.core.values.outcome import Context, Converted, Note, Problem

__all__ = ["Context", "Converted", "Note", "Problem"]
