"""Messages: lists of them, one of them, and which wait to be sent."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.jobs.models import Job
from portal.jobs.queries import ENDED
from portal.messages.models import Message
from portal.users.models import User

NEWEST = Sort("-created", (Message.created_at, Message.uuid), descending=True)
OVER = frozenset({"SENT", "FAILED"})
"""States that nothing leaves by itself; FAILED is left by a retry."""

DEMO_LINES = 50


@dataclass(frozen=True)
class Chosen:
    """What a list of messages is narrowed to; None is everything."""

    state: str | None = None
    kind: str | None = None
    purpose: str | None = None


def is_stale() -> ColumnElement[bool]:
    """SQL: nobody needs the message any more."""
    return func.coalesce(Message.good_until < func.now(), False)


def has_live_job() -> ColumnElement[bool]:
    """SQL: the message's job still waits or runs, so that its attempt is in good hands."""
    return exists().where(Job.uuid == Message.job, Job.state.not_in(ENDED))


def was_cancelled() -> ColumnElement[bool]:
    """SQL: somebody cancelled the message's job."""
    return exists().where(Job.uuid == Message.job, Job.state == "CANCELLED")


def due_messages(session: Session, kinds: Sequence[str], most: int) -> list[UUID]:
    """Waiting messages of these kinds whose time has come and that no job looks after; locked until the commit."""
    waiting = and_(Message.state == "QUEUED", Message.next_attempt_at <= func.now())
    found = select(Message.uuid).where(waiting, Message.kind.in_(kinds), ~has_live_job())
    ordered = found.order_by(Message.next_attempt_at).limit(most)
    return list(session.scalars(ordered.with_for_update(skip_locked=True)))


def state_of(session: Session, uuid: UUID) -> str | None:
    """The state of a message; None where there is none."""
    return session.scalar(select(Message.state).where(Message.uuid == uuid))


def message_with(uuid: UUID) -> Select[Message]:
    """The message of that uuid."""
    return select(Message).where(Message.uuid == uuid)


def page_of_messages(session: Session, ability: Ability, chosen: Chosen, position: Position = FIRST) -> Page:
    """One page of the messages this reader may see, newest first, each with the name of the user it is for."""
    shown: list[Any] = [
        Message.uuid,
        Message.kind,
        Message.to,
        Message.purpose,
        Message.state,
        Message.attempts,
        Message.created_at.label("created_at"),
    ]
    statement = select(*shown, User.name.label("receiver")).outerjoin(User, User.id == Message.user_id)
    return page_of(
        session, _narrowed(ability.accessible(statement, "read", Message), chosen), NEWEST, position
    )


def count_messages(session: Session, ability: Ability, chosen: Chosen) -> Count:
    """How many messages this reader finds so."""
    return count_up_to(session, _narrowed(ability.accessible(select(Message.uuid), "read", Message), chosen))


def waiting_by_kind(session: Session) -> dict[str, int]:
    """How many messages of each kind wait."""
    counted = (
        select(Message.kind, func.count().label("waiting"))
        .where(Message.state == "QUEUED")
        .group_by(Message.kind)
    )
    return {row.kind: row.waiting for row in session.execute(counted)}


def latest_with_bodies(session: Session, since: dt.timedelta) -> list[Message]:
    """The newest messages whose bodies are still kept: what the demo shows."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.body.is_not(None), Message.created_at > func.now() - since)
            .where(or_(Message.good_until.is_(None), Message.good_until > func.now()))
            .order_by(Message.created_at.desc(), Message.uuid.desc())
            .limit(DEMO_LINES)
        )
    )


def receiver_of(session: Session, message: Message) -> User | None:
    """The user a message is for; nobody where it goes to somebody without an account."""
    return session.get(User, message.user_id) if message.user_id is not None else None


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: Chosen) -> Select[*tuple[Any, ...]]:
    wanted = ((Message.state, chosen.state), (Message.kind, chosen.kind), (Message.purpose, chosen.purpose))
    return statement.where(*(column == value for column, value in wanted if value is not None))
