"""One transaction: what it says, its story, and what the reader may do with it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.transactions.queries.columns import columns, joined
from portal.vendors.models import Vendor

NAMED = ("beneficiary", "phone", "project", "vendor", "maker", "decider", "failer")
NOTE = "note"
"""The key in a transaction's `extras` of what its maker wrote about it."""


def transaction_with(uuid: UUID) -> Select[Transaction]:
    """SQL: the transaction of a uuid."""
    return select(Transaction).where(Transaction.uuid == uuid, Transaction.deleted_at.is_(None))


def transaction(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """All about one transaction: its own columns, the names of who is in it, `project_status`, the uuid of what
    `retried_by` it; which of the `person_known`, `project_known` and `vendor_known` have a page for this reader, and
    whether they `may_approve`, `may_update` and `may_create` it as far as their rules say.

    Raises NotFound for one that does not exist or that the reader may not see.
    """
    again = aliased(Transaction)
    known: dict[str, ColumnElement[Any]] = {
        "person_known": and_(Beneficiary.deleted_at.is_(None), ability.condition("read", Beneficiary)),
        "project_known": and_(Project.deleted_at.is_(None), ability.condition("read", Project)),
        "vendor_known": and_(Vendor.deleted_at.is_(None), ability.condition("read", Vendor)),
        **{
            f"may_{action}": ability.condition(action, Transaction)
            for action in ("approve", "update", "create")
        },
    }
    named: list[Any] = [
        column.label(name) for name, column in columns(ability, NAMED, on_screen=True).items()
    ]
    statement = (
        select(
            *(column for column in Transaction.__table__.columns if column.name != "deletedAt"),
            *named,
            *(func.coalesce(condition, literal(False)).label(name) for name, condition in known.items()),
            Transaction.extras[NOTE].astext.label("note"),
            Project.status.label("project_status"),
            select(again.uuid)
            .where(again.retry_of == Transaction.uuid, again.deleted_at.is_(None))
            .correlate(Transaction)
            .scalar_subquery()
            .label("retried_by"),
        )
        .select_from(joined())
        .where(Transaction.uuid == uuid, Transaction.deleted_at.is_(None))
    )
    found = session.execute(ability.accessible(statement, "read", Transaction)).one_or_none()
    if found is None:
        raise NotFound
    return found
