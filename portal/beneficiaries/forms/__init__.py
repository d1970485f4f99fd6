"""The shapes of what people type about people: `listing` for lists, exports and reveals; `person` and `fate` for one
person."""

from portal.beneficiaries.forms.listing import (
    COLUMN_LABELS,
    ColumnsForm,
    ExportForm,
    FilterForm,
    RevealForm,
)

__all__ = ["COLUMN_LABELS", "ColumnsForm", "ExportForm", "FilterForm", "RevealForm"]
