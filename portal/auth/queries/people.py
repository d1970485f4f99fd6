"""The person behind a session, with all they may do, in one statement."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, Text, and_, bindparam, case, cast, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.orm import Session

from portal.auth.limits import FORMER_TOKEN_FOR, TOUCH_AFTER
from portal.auth.models import Auth, AuthSession, SecondFactor
from portal.auth.queries.accounts import ONE_TIME
from portal.auth.queries.privileges import held_by
from portal.auth.queries.sessions import is_live, session_with, token_hash
from portal.core.abilities import Ability, Rule, projects_of
from portal.core.db import PLAN_FOR_VALUES
from portal.core.person import Person
from portal.core.unchanged import AS_OF, reads_as_of
from portal.users.models import User
from portal.users.roles import VENDOR

_HASH = bindparam("hash", type_=LargeBinary)
_HELD = held_by(User.id, User)
_ONLY_VENDOR = _HELD.roles.op("<@", is_comparison=True)(cast(array([VENDOR]), ARRAY(Text)))
_RENEWED_LATELY = func.coalesce(AuthSession.rotated_at > func.now() - FORMER_TOKEN_FOR, False)

_PERSON = (
    select(
        User.id,
        User.uuid,
        User.name,
        User.email,
        User.phone,
        User.wallet,
        cast(User.extras["preferences"], JSONB).label("preferences"),
        _HELD.roles.label("roles"),
        _HELD.rules.label("rules"),
        _HELD.demands.label("needs_second_factor"),
        SecondFactor.id.is_not(None).label("has_second_factor"),
        func.coalesce(AuthSession.second_factor_at >= SecondFactor.confirmed_at, False).label(
            "showed_second_factor"
        ),
        _HELD.stamp.label("privileges"),
        and_(AuthSession.privileges.is_distinct_from(_HELD.stamp), ~_RENEWED_LATELY).label("gained_or_lost"),
        (AuthSession.token_hash != _HASH).label("came_late"),
        AuthSession.id.label("session_id"),
        AuthSession.session_id.label("session_uuid"),
        func.coalesce(Auth.details[ONE_TIME].as_boolean(), False).label("must_change_password"),
        (AuthSession.last_seen_at < func.now() - TOUCH_AFTER).label("seen_long_ago"),
        func.set_config("portal.actor", cast(User.uuid, User.name.type), True),
        func.set_config("portal.request", bindparam("request"), True),
        func.set_config("portal.vendor", case((_ONLY_VENDOR, cast(User.uuid, Text)), else_=""), True).label(
            "only_vendor"
        ),
        PLAN_FOR_VALUES,
        AS_OF.label("as_of"),
    )
    .join(Auth, Auth.id == AuthSession.auth_id)
    .join(User, User.id == Auth.user_id)
    .outerjoin(SecondFactor, and_(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None)))
    .join(_HELD.source, true())
    .where(AuthSession.id == session_with(_HASH), is_live(), User.deleted_at.is_(None))
)


FACTS = ("id", "uuid", "name", "email", "phone", "wallet")
"""What `${user.…}` in a rule's conditions may stand for."""


@lru_cache(512)
def _ability(rules: str, facts: tuple[tuple[str, Any], ...]) -> Ability:
    """The same rules of the same person are read once. They are the key themselves, so what has changed in them,
    or in the facts they compare with, counts at the next request."""
    return Ability((_rule(*rule) for of_role in json.loads(rules) for rule in of_role or ()), dict(facts))


def _rule(action: str, subject: str, inverted: bool, conditions: Any, reason: str | None, limit: Any) -> Rule:
    return Rule(action, subject, inverted, conditions, reason, projects_of(limit, inverted))


def find_person(session: Session, token: str, request_id: str) -> Person | None:
    """The person whose session the token is, with all they may do; None when it is not a live session.

    One statement. It also tells the transaction who acts in which request, for the audit log, and whose rows alone
    they may see who are vendors and nothing else. A person none
    of whose roles is in force is nobody, and one who still owes a second factor may do nothing.
    """
    row = (
        session.connection()
        .execute(_PERSON, {"hash": token_hash(token), "request": request_id})
        .one_or_none()
    )
    if row is None or not row.roles:
        return None
    reads_as_of(session, row.as_of)
    person = Person(
        id=row.id,
        uuid=row.uuid,
        name=row.name,
        email=row.email,
        role_names=tuple(row.roles),
        ability=_ability(row.rules, tuple((name, getattr(row, name)) for name in FACTS)),
        preferences=row.preferences if isinstance(row.preferences, dict) else {},
        token=token,
        session_id=row.session_id,
        session_uuid=row.session_uuid,
        must_change_password=row.must_change_password,
        has_second_factor=row.has_second_factor,
        showed_second_factor=row.showed_second_factor,
        needs_second_factor=row.needs_second_factor,
        privileges=bytes(row.privileges),
        only_vendor=bool(row.only_vendor),
        gained_or_lost=row.gained_or_lost,
        came_late=row.came_late,
        seen_long_ago=row.seen_long_ago,
    )
    if person.must_show_second_factor or person.must_set_up_second_factor:
        return replace(person, ability=Ability(()))
    return person
