"""Rows of other people's files into people: which column is what, and `convert_row`, which applies a `Plan` to cells.

How a single cell is read stands in `portal.core.values`, since forms read what is typed by the same functions.
"""

from portal.core.values.outcome import Context, Converted, Note, Problem
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
