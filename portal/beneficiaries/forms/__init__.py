"""The shapes of what people type about people: `listing` for lists, exports and reveals; `person` and `fate` for one
person, `extras` for the rows of their own that a person may have."""

from portal.beneficiaries.forms.listing import (
    COLUMN_LABELS,
    ColumnsForm,
    ExportForm,
    FilterForm,
    RevealForm,
)

__all__ = ["COLUMN_LABELS", "ColumnsForm", "ExportForm", "FilterForm", "RevealForm"]
