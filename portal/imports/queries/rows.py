"""The rows of a batch under review."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Select, and_, cast, func, select
from sqlalchemy.orm import Session, outerjoin

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.abilities import Ability
from portal.core.keyset import Page, Position, Sort, page_of
from portal.imports.models import TempBeneficiary

IN_FILE_ORDER = Sort("row", (TempBeneficiary.row_number, TempBeneficiary.id))

BLOCKED = func.coalesce(
    TempBeneficiary.reasons.op("@>")(func.jsonb_build_array(func.jsonb_build_object("blocking", True))), False
)
"""Whether a row cannot be taken as somebody new, since its phone or wallet is somebody else's."""


COMPARED = {
    "name": BeneficiaryPii.name,
    "phone": BeneficiaryPii.phone,
    "email": BeneficiaryPii.email,
    "gender": Beneficiary.gender,
    "birth_date": cast(Beneficiary.birth_date, Date),
    "age": Beneficiary.age,
    "location": Beneficiary.location,
    "banked_status": Beneficiary.banked_status,
    "phone_status": Beneficiary.phone_status,
    "internet_status": Beneficiary.internet_status,
    "notes": Beneficiary.notes,
}
"""What a row says and the registry knows of the same person, side by side: `phone` and `match_phone`."""


def _rows(batch: UUID, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The rows, each with what the registry knows of the person it may double, as far as the reader may know."""
    said = [
        cast(TempBeneficiary.birth_date, Date).label(name)  # a day, the same in every time zone
        if name == "birth_date"
        else getattr(TempBeneficiary, name)
        for name in COMPARED
    ]
    # Said in one piece: the conditions of a limited reader have tables of their own in them.
    person = and_(Beneficiary.uuid == TempBeneficiary.match_id, ability.condition("read", Beneficiary))
    personal = and_(
        BeneficiaryPii.beneficiary_id == Beneficiary.id, ability.condition("read", BeneficiaryPii)
    )
    known: list[Any] = [column.label(f"match_{name}") for name, column in COMPARED.items()]
    return (
        select(
            TempBeneficiary.uuid,
            TempBeneficiary.row_number,
            TempBeneficiary.verdict,
            TempBeneficiary.take,
            *said,
            TempBeneficiary.raw,
            TempBeneficiary.problems,
            TempBeneficiary.notices,
            TempBeneficiary.reasons,
            TempBeneficiary.match_id,
            BLOCKED.label("blocked"),
            *known,
        )
        .select_from(outerjoin(outerjoin(TempBeneficiary, Beneficiary, person), BeneficiaryPii, personal))
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


def count_rejected(session: Session, batch: UUID) -> int:
    """How many rows were not taken."""
    held = TempBeneficiary.take.is_not(True)
    return session.scalar(select(func.count()).where(TempBeneficiary.batch_id == batch, held)) or 0


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
