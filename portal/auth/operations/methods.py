"""Ways to sign in by a wallet or another service: linked to a person, and unlinked."""

from collections.abc import Collection

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.models import Auth, AuthSession
from portal.auth.operations.sessions import revoke_sessions
from portal.auth.queries.methods import SHOWN_AS, Method, method_of
from portal.core.enums import Service
from portal.core.errors import NotFound, Refusal, sentence
from portal.core.person import Person

TAKEN = sentence(
    "This cannot be linked to your account. Unlink it from any other account first, or ask an administrator."
)
"""Says neither that another account has it nor whose."""

UNLINK = text(
    """
    WITH ways AS (
        SELECT id, service FROM tbl_auth WHERE "userId" = :user_id ORDER BY id FOR UPDATE
    ), other AS (
        SELECT min(id) AS id FROM ways WHERE id <> :method_id AND service::text = ANY (:usable)
        HAVING min(id) IS NOT NULL
    ), moved AS (
        UPDATE tbl_auth_sessions s
        SET "authId" = other.id,
            "revokedAt" = CASE WHEN s.id = :session_id THEN s."revokedAt" ELSE coalesce(s."revokedAt", now()) END
        FROM other WHERE s."authId" = :method_id
    )
    DELETE FROM tbl_auth USING other
    WHERE tbl_auth.id = :method_id AND tbl_auth."userId" = :user_id
    RETURNING tbl_auth.id
    """
)
"""Locks all the person's ways to sign in, in one order, and looks at them after that: of two that go at the same
time, each leaves one. The sessions of the way that goes end, but for the one that asks."""


def link_service(session: Session, person: Person, who: Identifier, shown_as: str | None) -> None:
    """Let a person sign in by their account with another service. A second time changes only its name.

    Raises Refusal where they have another account of the same service, and where somebody else has this one.
    """
    other = session.scalar(
        select(Auth.id).where(
            Auth.user_id == person.id, Auth.service == who.service, Auth.service_id != who.service_id
        )
    )
    if other is not None:
        raise Refusal("You have linked another account of this service. Unlink that first.")
    details = {SHOWN_AS: shown_as} if shown_as else None
    row = upsert(Auth).values(
        user_id=person.id, service=who.service, service_id=who.service_id, details=details
    )
    linked = session.scalar(
        row.on_conflict_do_update(
            index_elements=["service", "serviceId"],
            set_={"details": row.excluded.details},
            where=Auth.user_id == person.id,
        ).returning(Auth.id)
    )
    if linked is None:
        raise Refusal(TAKEN)


def put_wallet(session: Session, person: Person, address: str) -> None:
    """Let a person sign in by this wallet, in place of the one they had; sessions opened by that one end.

    `address` is one that they have proved to hold. Raises Refusal where somebody else signs in by it.
    """
    former = session.scalar(
        select(Auth.id).where(Auth.user_id == person.id, Auth.service == Service.WALLET).order_by(Auth.id)
    )
    if former is None:
        link_service(session, person, Identifier(Service.WALLET, address), None)
        return
    try:
        with session.begin_nested():
            session.execute(
                update(Auth)
                .where(Auth.id == former)
                .values(service_id=address, challenge=None)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise Refusal(TAKEN) from None
    revoke_sessions(
        session, person.id, (AuthSession.auth_id == former) & (AuthSession.id != person.session_id)
    )


def unlink_method(session: Session, person: Person, method_id: int, usable: Collection[Service]) -> Method:
    """Take a way to sign in away from a person; returns what it was.

    Raises NotFound where it is not theirs, Refusal where no other way of a `usable` kind would be left.
    """
    method = method_of(session, person.id, method_id)
    if method is None:
        raise NotFound
    gone = session.execute(
        UNLINK,
        {
            "user_id": person.id,
            "method_id": method_id,
            "session_id": person.session_id,
            "usable": [service.value for service in usable],
        },
    ).one_or_none()
    if gone is None:
        raise Refusal("This is your last way to sign in. Link another one before you unlink this.")
    return method
