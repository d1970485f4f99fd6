"""One person: registered and changed. What they share with nobody (phone, wallet) the database keeps unique."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.beneficiaries.facts import GOVT_ID, NO_PHONE, PersonFacts, age_on
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.operations.membership import add_people_to_group, add_people_to_project
from portal.core.abilities import Ability
from portal.core.errors import Conflict, Refusal, sentence
from portal.wallets.operations import claim_one

TAKEN = {
    "phone": sentence("Somebody with this phone number is registered already."),
    "wallet": sentence("Somebody with this wallet is registered already."),
}
CONSTRAINTS = {
    "uq_tbl_beneficiaries_pii_phone": "phone",
    "uq_tbl_beneficiaries_walletAddress": "wallet",
    "uq_tbl_beneficiaries_wallet_folded": "wallet",
}
OUT_OF_REACH = sentence(
    "Your role limits whom you may register and change. Choose one of your projects, or ask for help."
)


def registered(session: Session, uuid: UUID) -> bool:
    """Whether a person of this uuid was registered already. Who registers one at this moment is waited for, and
    whoever asks later waits for the end of this transaction."""
    turn = func.hashtextextended(f"register {uuid}", 0)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    return session.scalar(select(Beneficiary.id).where(Beneficiary.uuid == uuid)) is not None


def register(
    session: Session,
    facts: PersonFacts,
    ability: Ability,
    *,
    uuid: UUID,
    group: UUID | None = None,
    project: UUID | None = None,
) -> Beneficiary:
    """A new person, in a group and a project if they are named; the caller has looked whether these may be chosen.

    Raises Refusal at its field for a phone or a wallet that somebody has, deleted people among them, for a group or
    a project that was closed meanwhile, and where `ability` would not reach the person: whoever registers for some
    projects only has to name one of them.
    """
    person = Beneficiary(uuid=uuid, wallet_address=facts.wallet or claim_one(session))
    _set(person, _columns_of(facts))
    with _one_each(), session.begin_nested():
        session.add(person)
        session.flush()
        session.add(
            BeneficiaryPii(
                beneficiary_id=person.id,
                name=facts.name,
                phone=facts.phone or f"{NO_PHONE}{uuid}",
                email=facts.email,
                extras={GOVT_ID: facts.govt_id} if facts.govt_id else None,
            )
        )
    them = select(Beneficiary.uuid).where(Beneficiary.uuid == uuid)
    if group is not None:
        add_people_to_group(session, group, them)
    if project is not None:
        add_people_to_project(session, project, them)
    _check_reach(session, person, ability, "create")
    return person


def change(
    session: Session,
    person: Beneficiary,
    pii: BeneficiaryPii,
    changes: Mapping[str, Any],
    ability: Ability,
    *,
    version: int,
) -> bool:
    """Give a person other facts: `changes` names those of PersonFacts that are to be set, the others stay.

    The caller has locked the person's row and left out what `ability` does not let them change. Returns whether
    anything is different now. Raises Conflict where the person is no longer as they were in `version`, Refusal at
    its field where somebody else has the phone or the wallet, and where the editor would lose sight of the person.
    """
    if person.version != version:
        raise Conflict("Somebody changed this person while you did.")
    with _one_each(), session.begin_nested():
        _set(person, _renamed(changes))
        _set_personal(person, pii, changes)
        if not (session.is_modified(person) or session.is_modified(pii)):
            return False
        person.version = Beneficiary.version + 1
        person.updated_at = func.now()
        session.flush()
    _check_reach(session, person, ability, "update")
    return True


def _columns_of(facts: PersonFacts) -> dict[str, Any]:
    """What of the facts stands in the person's own row, but for the wallet."""
    named = {name: getattr(facts, name) for name in _OWN}
    return _renamed(named)


_OWN = (
    "gender",
    "birth_date",
    "age",
    "location",
    "latitude",
    "longitude",
    "banked_status",
    "phone_status",
    "internet_status",
    "notes",
    "extras",
)


def _renamed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the row's columns hold them: a day as its midnight, an age that follows from it, no empty extras."""
    columns = {name: value for name, value in changes.items() if name in _OWN}
    born: dt.date | None = columns.get("birth_date")
    if born is not None:
        columns["birth_date"] = dt.datetime(born.year, born.month, born.day, tzinfo=dt.UTC)
        columns["age"] = age_on(dt.datetime.now(dt.UTC).date(), born)
    if "extras" in columns:
        columns["extras"] = columns["extras"] or None
    if changes.get("wallet"):
        columns["wallet_address"] = changes["wallet"]
    return columns


def _set(record: Beneficiary | BeneficiaryPii, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def _set_personal(person: Beneficiary, pii: BeneficiaryPii, changes: Mapping[str, Any]) -> None:
    columns = {name: changes[name] for name in ("name", "email") if name in changes}
    if "phone" in changes:
        columns["phone"] = changes["phone"] or f"{NO_PHONE}{person.uuid}"
    if "govt_id" in changes:
        rest = {name: value for name, value in (pii.extras or {}).items() if name != GOVT_ID}
        columns["extras"] = (rest | ({GOVT_ID: changes["govt_id"]} if changes["govt_id"] else {})) or None
    _set(pii, columns)


def _check_reach(session: Session, person: Beneficiary, ability: Ability, action: str) -> None:
    """The rules are asked about the person as they stand in the database now, memberships and all."""
    within = select(Beneficiary.id).where(Beneficiary.id == person.id)
    if session.scalar(ability.accessible(within, action, Beneficiary)) is None:
        raise Refusal(OUT_OF_REACH, field="project" if action == "create" else None)


@contextmanager
def _one_each() -> Iterator[None]:
    """Say as a refusal what the database refuses: of two who take a phone at once, the second."""
    try:
        yield
    except IntegrityError as clash:
        name = getattr(getattr(clash.orig, "diag", None), "constraint_name", "") or ""
        if name not in CONSTRAINTS:
            raise
        field = CONSTRAINTS[name]
        raise Refusal(TAKEN[field], field=field) from clash
