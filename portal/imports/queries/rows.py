"""The rows of a batch under review."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, true
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.core.keyset import Page, Position, Sort, page_of
from portal.imports.models import TempBeneficiary

IN_FILE_ORDER = Sort("row", (TempBeneficiary.row_number, TempBeneficiary.id))

BLOCKED = func.coalesce(
    TempBeneficiary.reasons.op("@>")(func.jsonb_build_array(func.jsonb_build_object("blocking", True))), False
)
"""Whether a row cannot be taken as somebody new, since its phone or wallet is somebody else's."""


def _rows(batch: UUID, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The rows with the name of the person they may double, as far as the reader may know it."""
    may_know = and_(ability.condition("read", Beneficiary), ability.condition("read", BeneficiaryPii), true())
    return (
        select(
            TempBeneficiary.uuid,
            TempBeneficiary.row_number,
            TempBeneficiary.verdict,
            TempBeneficiary.take,
            TempBeneficiary.name,
            TempBeneficiary.phone,
            TempBeneficiary.gender,
            TempBeneficiary.birth_date,
            TempBeneficiary.age,
            TempBeneficiary.location,
            TempBeneficiary.raw,
            TempBeneficiary.problems,
            TempBeneficiary.notices,
            TempBeneficiary.reasons,
            TempBeneficiary.match_id,
            BLOCKED.label("blocked"),
            func.coalesce(BeneficiaryPii.name, "").label("match_name"),
        )
        .outerjoin(Beneficiary, and_(Beneficiary.uuid == TempBeneficiary.match_id, may_know))
        .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(TempBeneficiary.batch_id == batch)
    )


def page_of_rows(
    session: Session, batch: UUID, ability: Ability, verdict: str | None, position: Position
) -> Page:
    """A page of the batch's rows in the file's order, those of one verdict only if one is given."""
    statement = _rows(batch, ability)
    if verdict:
        statement = statement.where(TempBeneficiary.verdict == verdict)
    return page_of(session, statement, IN_FILE_ORDER, position)


def row(session: Session, batch: UUID, number: int, ability: Ability) -> Row[*tuple[Any, ...]]:
    """One row of the batch by its number in the file. Raises NotFound."""
    found = session.execute(_rows(batch, ability).where(TempBeneficiary.row_number == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


def rejected_rows(session: Session, batch: UUID) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows that were not taken, in the file's order, a thousand at a time."""
    held: ColumnElement[bool] = TempBeneficiary.take.is_not(True)
    statement = (
        select(
            TempBeneficiary.row_number,
            TempBeneficiary.verdict,
            TempBeneficiary.raw,
            TempBeneficiary.problems,
            TempBeneficiary.reasons,
        )
        .where(TempBeneficiary.batch_id == batch, held)
        .order_by(TempBeneficiary.row_number)
        .execution_options(yield_per=1_000)
    )
    yield from session.execute(statement)
