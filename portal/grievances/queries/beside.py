"""What lies beside a case: other cases about the same, and payments of the same person."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, Select, Text, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.grievances.models import Grievance
from portal.grievances.queries.filters import reads_reporter
from portal.grievances.queries.listing import REMEMBERED
from portal.transactions.models import Transaction
from portal.vendors.models import Vendor

FEW = 10
RECENT = dt.timedelta(days=90)
ALIKE = 0.5
"""How much two titles must have in common, between 0 and 1, as trigrams count it."""
Cases = Sequence[Row[*tuple[Any, ...]]]
SHOWN = (
    Grievance.uuid,
    Grievance.code,
    Grievance.title,
    Grievance.status,
    Grievance.created_at.label("created_at"),
    Grievance.is_sensitive.label("is_sensitive"),
)


def cases_beside(session: Session, found: Any, ability: Ability) -> Cases:
    """Up to ten other cases of the same person, payment or vendor, those that repeat this one and those that follow
    it, the newest first, that the reader may see. `repeats` and `goes_on` tell the last two.

    `found` is a row of `case_in_full`.
    """
    known = {
        name: value
        for name, value in (
            ("beneficiary_id", found.beneficiary_id),
            ("transaction_id", found.transaction_id),
        )
        if value is not None
    }
    asked = {"case": found.uuid, **known}
    return session.connection().execute(_beside_statement(ability, tuple(known)), asked).all()


@lru_cache(REMEMBERED)
def _beside_statement(ability: Ability, known: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    this: BindParameter[UUID] = bindparam("case")
    repeats, goes_on = Grievance.duplicate_of == this, Grievance.follows == this
    same = [getattr(Grievance, name) == bindparam(name) for name in known]
    statement = (
        select(*SHOWN, repeats.label("repeats"), goes_on.label("goes_on"))
        .where(or_(repeats, goes_on, *same), Grievance.uuid != this, Grievance.deleted_at.is_(None))
        .order_by(Grievance.created_at.desc(), Grievance.id.desc())
        .limit(FEW)
    )
    return ability.accessible(statement, "read", Grievance)


def payments_beside(session: Session, found: Any, ability: Ability) -> Cases:
    """Up to ten payments of the case's person in its project, the newest first, that the reader may see."""
    if found.beneficiary_id is None or not ability.can("read", "Transaction"):
        return ()
    about = {"person": found.beneficiary_id, "project": found.project_id}
    return session.connection().execute(_payments_statement(ability), about).all()


@lru_cache(REMEMBERED)
def _payments_statement(ability: Ability) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Transaction.uuid,
            Transaction.amount,
            Transaction.currency,
            Transaction.status,
            Transaction.created_at.label("created_at"),
            Vendor.name.label("vendor"),
        )
        .join(Vendor, Vendor.uuid == Transaction.vendor_id)
        .where(
            Transaction.beneficiary_id == bindparam("person"),
            Transaction.project_id == bindparam("project"),
            Transaction.deleted_at.is_(None),
        )
        .order_by(Transaction.created_at.desc(), Transaction.id.desc())
        .limit(FEW)
    )
    return ability.accessible(statement, "read", Transaction)


def cases_alike(
    session: Session,
    ability: Ability,
    project: UUID,
    title: str,
    contact: str,
    person: UUID | None = None,
    transaction: UUID | None = None,
) -> Cases:
    """Up to ten cases of a project, of the last three months, that may tell the same as a new one: about the same
    person or payment, from the same contact, or with a title like its own. Only such as the reader may see."""
    folded = func.portal_fold(Grievance.title, type_=Text)
    same: list[ColumnElement[bool]] = [func.similarity(folded, func.portal_fold(title)) >= ALIKE]
    if person is not None:
        same.append(Grievance.beneficiary_id == person)
    if transaction is not None:
        same.append(Grievance.transaction_id == transaction)
    if contact.strip():
        same_contact = func.lower(func.btrim(Grievance.reporter_contact)) == contact.strip().lower()
        same.append(and_(same_contact, reads_reporter(ability)))
    statement = (
        select(*SHOWN)
        .where(
            and_(
                Grievance.project_id == project,
                Grievance.deleted_at.is_(None),
                Grievance.created_at > func.now() - RECENT,
            ),
            or_(*same),
        )
        .order_by(Grievance.created_at.desc(), Grievance.id.desc())
        .limit(FEW)
    )
    return session.execute(ability.accessible(statement, "read", Grievance)).all()
