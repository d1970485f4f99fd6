"""The shapes of what is typed about people: `listing` for lists, exports and reveals."""

from portal.beneficiaries.forms.listing import (
    COLUMN_LABELS,
    ColumnsForm,
    ExportForm,
    FilterForm,
    RevealForm,
)

__all__ = ["COLUMN_LABELS", "ColumnsForm", "ExportForm", "FilterForm", "RevealForm"]
