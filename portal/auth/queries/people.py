"""The person behind a session, with all they may do, in one statement."""

from typing import Any

from sqlalchemy import bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from portal.auth.limits import TOUCH_AFTER
from portal.auth.models import Auth, AuthSession
from portal.auth.queries.accounts import ONE_TIME
from portal.auth.queries.sessions import is_live, token_hash
from portal.core.abilities import Ability, Rule
from portal.core.person import Person
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.roles import in_force


def _roles_in_force(statement: Any) -> Any:
    return statement.where(UserRole.user_id == User.id, Role.id == UserRole.role_id, in_force()).correlate(
        User
    )


_ROLES = _roles_in_force(select(func.array_agg(aggregate_order_by(Role.name, Role.id)))).scalar_subquery()

_RULES = _roles_in_force(
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    Permission.action,
                    Permission.subject,
                    Permission.inverted,
                    Permission.conditions,
                    Permission.reason,
                ),
                Role.id,
                Permission.id,
            )
        )
    ).where(Permission.role_id == Role.id),
).scalar_subquery()

_PERSON = (
    select(
        User.id,
        User.uuid,
        User.name,
        User.email,
        User.phone,
        User.wallet,
        cast(User.extras["preferences"], JSONB).label("preferences"),
        _ROLES.label("roles"),
        cast(_RULES, JSONB).label("rules"),
        AuthSession.id.label("session_id"),
        AuthSession.session_id.label("session_uuid"),
        func.coalesce(Auth.details[ONE_TIME].as_boolean(), False).label("must_change_password"),
        (AuthSession.last_seen_at < func.now() - TOUCH_AFTER).label("seen_long_ago"),
        func.set_config("portal.actor", cast(User.uuid, User.name.type), True),
        func.set_config("portal.request", bindparam("request"), True),
    )
    .join(Auth, Auth.id == AuthSession.auth_id)
    .join(User, User.id == Auth.user_id)
    .where(AuthSession.token_hash == bindparam("hash"), is_live(), User.deleted_at.is_(None))
)


def find_person(session: Session, token: str, request_id: str) -> Person | None:
    """The person whose session the token is, with all they may do; None when it is not a live session.

    One statement. It also tells the transaction who acts in which request, for the audit log. A person none
    of whose roles is in force is nobody.
    """
    row = session.execute(_PERSON, {"hash": token_hash(token), "request": request_id}).one_or_none()
    if row is None or not row.roles:
        return None
    facts = {name: getattr(row, name) for name in ("id", "uuid", "name", "email", "phone", "wallet")}
    return Person(
        id=row.id,
        uuid=row.uuid,
        name=row.name,
        email=row.email,
        role_names=tuple(row.roles),
        ability=Ability((Rule(*rule) for rule in row.rules or ()), facts),
        preferences=row.preferences if isinstance(row.preferences, dict) else {},
        token=token,
        session_id=row.session_id,
        session_uuid=row.session_uuid,
        must_change_password=row.must_change_password,
        seen_long_ago=row.seen_long_ago,
    )
