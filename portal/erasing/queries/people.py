"""One person who may be erased: as much of them as the page needs, and what it says would go and would stay."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.erasing.queries.marks import marks_of, with_merged
from portal.erasing.queries.traces import OF_IMPORT, counts

_STAYS = text(
    """
    SELECT (SELECT count(*) FROM tbl_transactions WHERE "beneficiaryId" = ANY(:people)) AS payouts,
        (SELECT count(*) FROM tbl_grouped_beneficiaries WHERE "beneficiaryId" = ANY(:people))
        + (SELECT count(*) FROM tbl_beneficiaries_projects WHERE "beneficiaryId" = ANY(:people)) AS memberships,
        (SELECT count(*) FROM tbl_import_batches
            WHERE "filePath" IS NOT NULL AND state IN ('UPLOADED', 'FAILED')) AS unchecked
    """
)
_FILES = text(
    f"""
    SELECT count(*) FROM tbl_import_batches b WHERE b."filePath" IS NOT NULL
        AND b.uuid IN (SELECT t."batchId" FROM tbl_temp_beneficiaries t WHERE {OF_IMPORT})
    """  # noqa: S608 - put together from our own constants
)


@dataclass(frozen=True)
class Preview:
    """What erasing would do: `goes` names places and how many rows go there or are emptied.

    `records` is how many records are of this person, merged ones among them, `files` how many uploaded files go.
    `payouts` and `memberships` stay. `unchecked` files are not looked into.
    """

    records: int
    goes: list[tuple[str, int]]
    files: int
    payouts: int
    memberships: int
    unchecked: int


def person_to_erase(session: Session, uuid: UUID, ability: Ability) -> Row[*tuple[Any, ...]]:
    """The person's uuid, `version`, when they were `deleted`, their `name`, in part for who may not read it, and
    whether it is `plain`.

    Raises NotFound where there is none whom the reader may delete and erase, for who is erased already, and for who
    was merged into somebody else: they go with that record.
    """
    personal = personal_data(ability)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Beneficiary.uuid,
            Beneficiary.version,
            Beneficiary.deleted_at.label("deleted"),
            personal.shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name)).label("name"),
            func.coalesce(personal.plain, False).label("plain"),
        )
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid == uuid, Beneficiary.erased_at.is_(None), Beneficiary.merged_into.is_(None))
    )
    for action in ("read", "delete"):
        statement = ability.accessible(statement, action, Beneficiary)
    found = session.execute(ability.accessible(statement, "erase", BeneficiaryPii)).one_or_none()
    if found is None:
        raise NotFound
    return found


def preview(session: Session, person: UUID) -> Preview:
    """What would go and what would stay, counted as the deed itself finds it."""
    people = with_merged(session, [person])
    marks = marks_of(session, people)
    values = marks.values
    wanted = ("people", "phones", "mails", "ids", "wallets", "names", "sounds")
    stays = session.execute(_STAYS, {"people": people}).one()
    return Preview(
        records=len(people),
        goes=counts(session, marks),
        files=session.scalar(_FILES, {name: values[name] for name in wanted}) or 0,
        payouts=stays.payouts,
        memberships=stays.memberships,
        unchecked=stays.unchecked,
    )


def erased_by(session: Session, uuid: UUID, user: UUID) -> bool:
    """Whether it was this user who erased the person: who presses twice has done it once."""
    mine = select(Beneficiary.id).where(Beneficiary.uuid == uuid, Beneficiary.erased_by == user)
    return session.scalar(mine) is not None
