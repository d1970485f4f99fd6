"""Cells into typed values: pure functions from text to what a field takes, or to a sentence why it cannot.

Every converter is `(cell, context) -> Converted(value, problem, note, rest)`. A problem holds the row, a
note only warns; both carry an English sentence that is the key of its translation. `convert_row` applies a
`Plan` to the cells of a row. Nothing here knows a request or the database.
"""

from portal.imports.values.outcome import Context, Converted, Note, Problem
from portal.imports.values.plan import FIELDS, Column, Plan
from portal.imports.values.row import Row, convert_row, converter

__all__ = [
    "FIELDS",
    "Column",
    "Context",
    "Converted",
    "Note",
    "Plan",
    "Problem",
    "Row",
    "convert_row",
    "converter",
]
