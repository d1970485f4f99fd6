"""Erasing people: what names them goes from their records and from every copy, in one transaction, for good.

What totals and payments need stays: gender, age in years, the kinds of account and phone, memberships as they ended,
payouts. The rows keep their references, so whatever counts them counts as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import Text, any_, cast, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.audit.operations import record
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.operations.fate import delete_people
from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.erasing.operations.files import clear_batches, hold_batches, judge_who_is_left
from portal.erasing.operations.purposes import forget_purposes
from portal.erasing.queries.marks import Marks, marks_of, with_merged
from portal.erasing.queries.traces import AT_WORK, TRACES, UNDER_WAY, forget
from portal.payouts.operations.erasing import forget_people
from portal.projects.operations.following import following_people

ERASE = "ERASE"
"""What the log calls it."""
CHANGED = sentence(
    "Somebody changed this person since the page was drawn. Look once more at what goes and what stays."
)
BUSY = sentence("A bulk action is at work that searches for this person. Erase them when it has ended.")
MONEY = sentence(
    "Money is on its way to this person through a provider. Erase them when that has come to an end, or was withdrawn."
)
NAMED = sentence("Say it without naming the person: these words stay.")

_NAMES = text(
    """
    SELECT EXISTS (SELECT FROM unnest(CAST(:texts AS text[])) mark WHERE position(mark IN portal_fold(:said)) > 0)
        OR EXISTS (SELECT FROM unnest(CAST(:lines AS text[])) line
            WHERE position(line IN regexp_replace(:said, '[^0-9]', '', 'g')) > 0)
        OR EXISTS (SELECT FROM unnest(CAST(:names AS text[])) name CROSS JOIN regexp_split_to_table(name, '\\s+') word
            WHERE length(word) > 2 AND word = ANY(regexp_split_to_array(portal_fold(:said), '[^[:alnum:]]+')))
    """
)


@dataclass
class Erased:
    """What came of it: how many people, and the files that are to be removed once it is committed."""

    people: int = 0
    files: list[Path] = field(default_factory=list)

    def remove_files(self) -> None:
        """Remove the files. What a crash leaves behind is named by no import any more, and goes with such files."""
        for path in self.files:
            path.unlink(missing_ok=True)


def erase(session: Session, person: UUID, *, version: int, reason: str, note: str | None, by: UUID) -> Erased:
    """Erase one person, in the session's transaction, with all records that became part of theirs.

    `version` is the state that the page showed. `reason` is of `ERASED_REASONS`. Raises NotFound for who is not there
    or erased already, Conflict where they changed since or where work is going on that holds copies of them, Refusal at
    its field for a note that names them.
    """
    hold_batches(session)
    people = _hold(session, [person])
    if person not in people:
        raise NotFound
    if people[person] != version:
        raise Conflict(CHANGED)
    marks = marks_of(session, sorted(people))
    if note and session.scalar(
        _NAMES, {"said": note, **{k: marks.values[k] for k in ("texts", "lines", "names")}}
    ):
        raise Refusal(NAMED, field="note")
    return _erase(session, marks, [person], reason=reason, note=note, by=by)


def erase_deleted(session: Session, people: Sequence[UUID], *, reason: str) -> Erased:
    """Erase people whose time is over, in the name of the portal; those who were restored meanwhile stay."""
    hold_batches(session)
    deleted = set(
        session.scalars(
            select(Beneficiary.uuid).where(Beneficiary.uuid.in_(people), Beneficiary.deleted_at.is_not(None))
        )
    )
    held = _hold(session, sorted(deleted))
    still = session.scalars(
        select(Beneficiary.uuid).where(Beneficiary.uuid.in_(held), Beneficiary.deleted_at.is_not(None))
    )
    wanted = sorted(still)
    if not wanted:
        return Erased()
    chosen = [one for one in people if one in set(wanted)]
    return _erase(session, marks_of(session, wanted), chosen, reason=reason, note=None, by=None)


def _hold(session: Session, people: Sequence[UUID]) -> dict[UUID, int]:
    """These people and whose records became part of theirs, with their versions, locked in the order of their uuids,
    as merges and bulk actions lock them; without those erased already."""
    session.flush()
    rows = session.execute(
        select(Beneficiary.uuid, Beneficiary.version)
        .where(Beneficiary.uuid.in_(with_merged(session, people)), Beneficiary.erased_at.is_(None))
        .order_by(Beneficiary.uuid)
        .with_for_update()
    ).all()
    return {row.uuid: row.version for row in rows}


def _erase(
    session: Session, marks: Marks, chosen: Sequence[UUID], *, reason: str, note: str | None, by: UUID | None
) -> Erased:
    if session.scalar(AT_WORK, {name: marks.values[name] for name in ("texts", "lines", "whole")}):
        raise Conflict(BUSY)
    if session.scalar(
        UNDER_WAY, {name: marks.values[name] for name in ("people", "phones", "names", "sounds")}
    ):
        raise Conflict(MONEY)
    them = select(Beneficiary.uuid).where(Beneficiary.uuid.in_(marks.people))
    if by is not None:
        delete_people(session, them, reason="", by=by)
    erased = Erased(people=len(chosen), files=clear_batches(session, marks))
    forget_purposes(session, marks)
    with following_people(session):
        copies = sum(forget(session, trace, marks) for trace in TRACES)
        copies += forget_people(session, marks.people)
    _empty(session, marks.people, reason=reason, note=note, by=by)
    judge_who_is_left(session, marks)
    for person in chosen:
        details = {"copies": copies if len(chosen) == 1 else None}
        record(session, ERASE, table_name="tbl_beneficiaries", record_id=str(person), details=details)
    session.expire_all()
    return erased


def _empty(session: Session, people: list[UUID], *, reason: str, note: str | None, by: UUID | None) -> None:
    """The people's own rows: what is left names nobody."""
    wanted = Beneficiary.uuid == any_(
        cast(literal(people, ARRAY(Beneficiary.uuid.type)), ARRAY(Beneficiary.uuid.type))
    )
    age = func.date_part("year", func.age(Beneficiary.birth_date)).cast(Beneficiary.age.type)
    session.execute(
        update(BeneficiaryPii)
        .where(BeneficiaryPii.beneficiary_id == Beneficiary.id, wanted)
        .values(
            name=None,
            phone=func.concat("none:", cast(Beneficiary.uuid, Text)),
            email=None,
            extras=None,
            erased_at=func.now(),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Beneficiary)
        .where(wanted)
        .values(
            wallet_address=func.concat("erased:", cast(Beneficiary.uuid, Text)),
            age=func.coalesce(age, Beneficiary.age),
            birth_date=None,
            location=None,
            latitude=None,
            longitude=None,
            extras=None,
            notes=None,
            deleted_reason=None,
            erased_at=func.now(),
            erased_by=by,
            erased_reason=reason,
            erased_note=note,
            version=Beneficiary.version + 1,
            updated_at=func.now(),
        )
        .execution_options(synchronize_session=False)
    )
