"""By what requests are found besides their columns: an expression on which an index stands."""

from sqlalchemy import ColumnElement, Index, Text, func, null

from portal.offramp.models import OfframpRequest

RECEIVER: ColumnElement[str] = func.portal_search_text(
    OfframpRequest.receiver_name, OfframpRequest.receiver_phone, null(), type_=Text
)
"""Whom a request pays, for a search: the folded name and the digits of the phone. Personal data."""
UNREGISTERED: ColumnElement[bool] = OfframpRequest.beneficiary_id.is_(None)
"""Whom it pays was typed, and is on no record; the others are found by their records."""

Index(
    "ix_tbl_offramps_receivers",
    RECEIVER.label("folded"),
    postgresql_using="gin",
    postgresql_ops={"folded": "gin_trgm_ops"},
    postgresql_where=UNREGISTERED,
    _table=OfframpRequest.__table__,
)
