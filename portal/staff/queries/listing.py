"""The list of users: a page of it, and how many there are."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.queries.accounts import lock_is_over
from portal.core.abilities import Ability
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.core.search import contains, digits_in, tidy, words_in
from portal.staff.states import UserState
from portal.users.models import SEARCHED, Role, User, UserRole
from portal.users.queries.roles import in_force

NEWEST = Sort("-created", (User.created_at, User.id), descending=True)
SORTS = {
    sort.name: sort
    for sort in (
        NEWEST,
        Sort("created", (User.created_at, User.id)),
        Sort("name", (SEARCHED, User.id)),
        Sort("-name", (SEARCHED, User.id), descending=True),
    )
}


@dataclass(frozen=True)
class UserFilter:
    """Which users a list shows: those in use (no `state`), in one state, or `everybody`, and with a role in force."""

    q: str = ""
    role: int | None = None
    state: UserState | None = None
    everybody: bool = False


def is_locked() -> ColumnElement[bool]:
    """SQL: one of the user's ways to sign in is locked now."""
    ways = select(Auth.id).where(Auth.user_id == User.id, Auth.is_locked, ~lock_is_over())
    return ways.correlate(User).exists()


def has_signed_in() -> ColumnElement[bool]:
    """SQL: the user has signed in at least once."""
    ways = select(Auth.id).where(Auth.user_id == User.id, Auth.last_login_at.is_not(None))
    return ways.correlate(User).exists()


def state_of() -> ColumnElement[str]:
    """SQL: the user's state, as `UserState` writes it."""
    return case(
        (User.deleted_at.is_not(None), UserState.DEACTIVATED.value),
        (is_locked(), UserState.LOCKED.value),
        (~has_signed_in(), UserState.INVITED.value),
        else_=UserState.ACTIVE.value,
    )


_ROLES = (
    select(func.array_agg(aggregate_order_by(Role.name, Role.name)))
    .join(UserRole, UserRole.role_id == Role.id)
    .where(UserRole.user_id == User.id, in_force())
    .correlate(User)
    .scalar_subquery()
)
_LAST_SIGN_IN = (
    select(func.max(Auth.last_login_at)).where(Auth.user_id == User.id).correlate(User).scalar_subquery()
)


def chosen_users(chosen: UserFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The users that a filter finds among those the reader may see; columns are added by the caller."""
    statement = select(User.id).where(*_state_is(chosen), *_is_found(chosen.q))
    if chosen.role is not None:
        held = select(UserRole.id).join(Role, Role.id == UserRole.role_id)
        held = held.where(UserRole.user_id == User.id, UserRole.role_id == chosen.role, in_force())
        statement = statement.where(held.correlate(User).exists())
    return ability.accessible(statement, "read", User)


def page_of_users(
    session: Session, chosen: UserFilter, ability: Ability, sort: Sort = NEWEST, position: Position = FIRST
) -> Page:
    """One page of the list in one statement: uuid, name, email, phone, roles (names or None), state, last, created."""
    shown = chosen_users(chosen, ability).with_only_columns(
        User.uuid,
        User.name,
        User.email,
        User.phone,
        _ROLES.label("roles"),
        state_of().label("state"),
        _LAST_SIGN_IN.label("last"),
        User.created_at.label("created"),
    )
    return page_of(session, shown, sort, position)


def count_users(session: Session, chosen: UserFilter, ability: Ability) -> Count:
    """How many the filter finds, up to 10,000."""
    return count_up_to(session, chosen_users(chosen, ability))


def _state_is(chosen: UserFilter) -> list[ColumnElement[bool]]:
    in_use = User.deleted_at.is_(None)
    match chosen.state:
        case None:
            return [] if chosen.everybody else [in_use]
        case UserState.DEACTIVATED:
            return [User.deleted_at.is_not(None)]
        case UserState.LOCKED:
            return [in_use, is_locked()]
        case UserState.INVITED:
            return [in_use, ~has_signed_in(), ~is_locked()]
        case UserState.ACTIVE:
            return [in_use, has_signed_in(), ~is_locked()]


def _is_found(typed: str) -> list[ColumnElement[bool]]:
    """Each word stands somewhere in name, phone or address; a number may be written in any way."""
    text = tidy(typed)
    if not text:
        return []
    in_words = and_(*(contains(SEARCHED, word) for word in words_in(text)))
    digits = digits_in(text)
    return [or_(SEARCHED.like(f"%{digits}%"), in_words) if digits else in_words]
