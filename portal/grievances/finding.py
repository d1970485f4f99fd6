"""By what cases are found and put in order: expressions on which indexes stand."""

from sqlalchemy import ColumnElement, DateTime, Index, Text, func, literal_column

from portal.core.columns import index_live
from portal.grievances.models import Grievance

NEVER: ColumnElement[object] = literal_column(
    "'9999-01-01 00:00:00+00'::timestamptz", DateTime(timezone=True)
)
DUE: ColumnElement[object] = func.coalesce(Grievance.due_at, NEVER, type_=DateTime(timezone=True))
"""When the clock that runs now runs out; in the end of time where none runs, since pages are found by comparing."""
TITLE: ColumnElement[str] = literal_column("' '", Text) + func.portal_fold(Grievance.title, type_=Text)
REPORTER: ColumnElement[str] = func.portal_search_text(
    Grievance.reported_by, Grievance.reporter_contact, Grievance.reporter_contact, type_=Text
)
"""Who complained, for a search: the folded name, the digits of a phone, the folded address. Personal data."""

index_live(Grievance, "due_first", DUE, Grievance.id)
index_live(Grievance, "moved", Grievance.status, Grievance.status_at.desc(), Grievance.id.desc())
Index(
    "ix_tbl_grievances_open_live",
    Grievance.assignee_id,
    postgresql_include=["waitingSince", "riskAt", "dueAt", "isSensitive", "projectId"],
    postgresql_where=Grievance.resolved_at.is_(None)
    & Grievance.closed_at.is_(None)
    & Grievance.deleted_at.is_(None),
)
for _name, _column in (("titles", TITLE), ("reporters", REPORTER)):
    Index(
        f"ix_tbl_grievances_{_name}",
        _column.label("folded"),
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
        _table=Grievance.__table__,
    )
