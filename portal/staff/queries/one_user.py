"""One user: which roles they hold, and how they sign in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from portal.auth.limits import LOCKED_FOR
from portal.auth.models import Auth, SecondFactor
from portal.auth.operations.leaving import address_of
from portal.auth.queries.accounts import lock_is_over
from portal.core.enums import Service
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import in_force, is_role


@dataclass(frozen=True)
class HeldRole:
    """A role that a user holds. `projects` is None where it holds everywhere; `ends_at` is the earlier of the ends
    of the role and of its assignment; `giver` is a name, None where no user gave it."""

    id: int
    name: str
    since: dt.datetime
    ends_at: dt.datetime | None
    in_force: bool
    giver: str | None
    projects: tuple[UUID, ...] | None


@dataclass(frozen=True)
class Grant:
    """A role of a user with its rules; `projects` as with HeldRole, `until` the end of the assignment alone."""

    role: Role
    projects: tuple[UUID, ...] | None
    until: dt.datetime | None


@dataclass(frozen=True)
class WayIn:
    """A way of a user to sign in. `locked_until` is None while it is not locked."""

    service: Service
    address: str
    has_password: bool
    locked_until: dt.datetime | None
    last_used: dt.datetime | None
    since: dt.datetime


def roles_held(session: Session, user_id: int) -> list[HeldRole]:
    """The roles of a user by name, also those that have ended."""
    giver = aliased(User)
    rows = session.execute(
        select(
            Role.id,
            Role.name,
            UserRole.created_at,
            func.least(UserRole.expiry, Role.expiry),
            in_force(),
            giver.name,
            UserRole.conditions,
        )
        .join(Role, Role.id == UserRole.role_id)
        .outerjoin(giver, giver.id == UserRole.created_by)
        .where(UserRole.user_id == user_id)
        .order_by(Role.name)
    )
    return [
        HeldRole(role_id, name, since, ends_at, counts, given_by, _projects(conditions))
        for role_id, name, since, ends_at, counts, given_by, conditions in rows
    ]


def _projects(conditions: object) -> tuple[UUID, ...] | None:
    return tuple(map(UUID, conditions["projects"])) if isinstance(conditions, dict) else None


def grants_of(session: Session, user_id: int) -> list[Grant]:
    """The roles in force of a user, by name, with their rules."""
    rows = session.execute(
        select(Role, UserRole.conditions, UserRole.expiry)
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == user_id, in_force())
        .order_by(Role.name)
        .options(selectinload(Role.permissions))
    )
    return [Grant(role, _projects(conditions), until) for role, conditions, until in rows]


def grant_of(session: Session, user_id: int, role_id: int) -> Grant | None:
    """How a user holds a role, also when that has ended; None where they do not."""
    row = session.execute(
        select(Role, UserRole.conditions, UserRole.expiry)
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == user_id, is_role(role_id))
        .options(selectinload(Role.permissions))
    ).one_or_none()
    return Grant(row[0], _projects(row[1]), row[2]) if row else None


def ways_in(session: Session, user: User) -> list[WayIn]:
    """A user's ways to sign in, the oldest first."""
    locked = and_(Auth.is_locked, ~lock_is_over())
    rows = session.execute(select(Auth, locked).where(Auth.user_id == user.id).order_by(Auth.id))
    return [
        WayIn(
            service=way.service,
            address=address_of(way, user),
            has_password=way.password_hash is not None,
            locked_until=_open_again(way) if is_locked else None,
            last_used=way.last_login_at,
            since=way.created_at,
        )
        for way, is_locked in rows
    ]


def _open_again(way: Auth) -> dt.datetime:
    """When a lock opens by itself; one that was set without a time stays, as does the end of time."""
    return (
        dt.datetime.max.replace(tzinfo=dt.UTC) if way.locked_on_at is None else way.locked_on_at + LOCKED_FOR
    )


def second_factor_since(session: Session, user_id: int) -> dt.datetime | None:
    """Since when the user's second factor counts; None where there is none."""
    return session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user_id))


def names_by_uuid(session: Session, uuids: Iterable[str | None]) -> dict[str, str | None]:
    """The names of users, by their uuids as text; what is no uuid of theirs is left out."""
    known = [UUID(uuid) for uuid in uuids if _is_uuid(uuid)]
    if not known:
        return {}
    return {
        str(row.uuid): row.name
        for row in session.execute(select(User.uuid, User.name).where(User.uuid.in_(known)))
    }


def _is_uuid(text: str | None) -> bool:
    try:
        return UUID(text or "") is not None
    except ValueError:
        return False
