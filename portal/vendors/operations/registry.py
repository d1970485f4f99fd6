"""Vendors made and changed: a user and a vendor of one uuid, together or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import Conflict, Refusal, sentence
from portal.core.person import Person
from portal.staff.operations.standing import check_may_manage
from portal.users import roles
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user, note_addresses
from portal.vendors.facts import OF_USER, VendorFacts
from portal.vendors.models import CONTACT, Vendor
from portal.vendors.operations.access import let_in, other_roles
from portal.vendors.operations.projects import assign
from portal.vendors.states import VendorState
from portal.wallets.operations import claim_one

WALLET_TAKEN = sentence("Another vendor has this wallet already.")
OUT_OF_REACH = sentence(
    "Your role lets you look after the vendors of some projects only: choose one of those."
)


def make_vendor(
    session: Session,
    person: Person,
    facts: VendorFacts,
    *,
    uuid: UUID,
    approved: bool = False,
    project: UUID | None = None,
    signs_in: bool = False,
) -> Vendor:
    """A new vendor and their user, with the role Vendor; at work in a project from now on, if one is named.

    With `signs_in` they have a way to sign in by each address of theirs; the caller sends the invitation. Raises
    Refusal at its field for an e-mail, a phone or a wallet that is somebody else's, for a closed project, and where
    the person's role would not reach the vendor.
    """
    user = add_user(
        session, facts.name, facts.email, uuid=uuid, phone=facts.phone, created_by=str(person.uuid)
    )
    assign_role(session, user, roles.VENDOR, by=person.id)
    if signs_in:
        let_in(session, person, user)
    vendor = Vendor(
        uuid=uuid,
        name=facts.name,
        wallet=facts.wallet or claim_one(session),
        state=VendorState.APPROVED if approved else VendorState.PENDING,
        state_by=person.id,
        state_at=user.created_at,
    )
    _put(vendor, {name: getattr(facts, name) for name in ("contact", "location", "latitude", "longitude")})
    with wallet_of_one():
        session.add(vendor)
        session.flush()
    if project is not None:
        assign(session, uuid, project)
    _check_reach(session, vendor, person.ability, "create")
    return vendor


def change_vendor(
    session: Session,
    person: Person,
    user: User | None,
    vendor: Vendor,
    changes: Mapping[str, Any],
    *,
    version: int,
) -> bool:
    """Give a vendor other facts: `changes` names those of VendorFacts that are to be set, the others stay.

    The caller has locked the user's row and then the vendor's. Returns whether anything is different now. Raises
    Conflict where the vendor is no longer as in `version`; Refusal at its field where an e-mail, a phone or a wallet is
    somebody else's, and where the user holds a role that the person could not give.
    """
    if vendor.version != version:
        raise Conflict("Somebody changed this vendor while you did.")
    theirs = {
        name: changes[name] for name in OF_USER if name in changes and changes[name] != getattr(vendor, name)
    }
    own = {name: value for name, value in changes.items() if name not in OF_USER}
    if not (theirs or _differs(vendor, own)):
        return False
    if theirs:
        if user is None:
            raise Conflict("This vendor has no user. Ask an administrator.")
        _change_user(session, person, user, theirs)
        session.refresh(vendor)
    _put(vendor, own)
    vendor.version = Vendor.version + 1
    with wallet_of_one():
        session.flush()
    _check_reach(session, vendor, person.ability, "update")
    return True


@contextmanager
def wallet_of_one() -> Iterator[None]:
    """Say as a refusal what the database refuses: a wallet is one vendor's."""
    try:
        yield
    except IntegrityError as clash:
        name = getattr(getattr(clash.orig, "diag", None), "constraint_name", "") or ""
        if name == "uq_tbl_vendors_wallet_live":
            raise Refusal(WALLET_TAKEN, field="wallet") from clash
        raise


def _change_user(session: Session, person: Person, user: User, changes: Mapping[str, Any]) -> None:
    check_may_manage(person, user, other_roles(session, user.id))
    if "name" in changes:
        user.name = changes["name"]
        user.updated_by = str(person.uuid)
    note_addresses(
        session,
        user,
        email=changes.get("email", user.email),
        phone=changes.get("phone", user.phone),
        by=person.uuid,
    )


def _differs(vendor: Vendor, facts: Mapping[str, Any]) -> bool:
    return any(getattr(vendor, name) != value for name, value in facts.items())


def _put(vendor: Vendor, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name == "contact":
            rest = {key: kept for key, kept in (vendor.extras or {}).items() if key != CONTACT}
            vendor.extras = (rest | ({CONTACT: value} if value else {})) or None
        elif getattr(vendor, name) != value:
            setattr(vendor, name, value)


def _check_reach(session: Session, vendor: Vendor, ability: Ability, action: str) -> None:
    """The rules are asked about the vendor as they stand in the database now, projects and all."""
    within = select(Vendor.id).where(Vendor.id == vendor.id)
    if session.scalar(ability.accessible(within, action, Vendor)) is None:
        raise Refusal(OUT_OF_REACH, field="project" if action == "create" else None)
