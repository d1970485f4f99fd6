"""What one user may do: by which rules of which roles, and to how many records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule, projects_of
from portal.core.abilities.subjects import model_named
from portal.core.errors import Refusal
from portal.core.keyset import COUNT_LIMIT
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.roles import in_force

MOST_FOUND = 20


@dataclass(frozen=True)
class Answer:
    """Whether a user may do something: `rules` decide it, the strongest first; none means that none allows it.

    `records` says to how many, None where that is all or none of them; `capped`: there are more.
    """

    action: str
    subject: str
    allowed: bool
    rules: list[Rule]
    records: int | None = None
    capped: bool = False


def users_called(session: Session, ability: Ability, words: str) -> Sequence[User]:
    """Users in use whom the reader may see, by part of their name or e-mail address, at most 20."""
    statement = select(User).where(User.deleted_at.is_(None)).order_by(func.lower(User.name), User.id)
    if words:
        statement = statement.where(
            or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))
        )
    return session.scalars(ability.accessible(statement, "read", User).limit(MOST_FOUND)).all()


def user_to_try(uuid: UUID) -> Select[User]:
    """A user who is not deleted."""
    return select(User).where(User.uuid == uuid, User.deleted_at.is_(None))


def ability_of(session: Session, user: User) -> Ability:
    """What a user may do with the roles they hold now, as when they sign in; each rule knows its role."""
    return abilities_of(session, [user])[user.id]


def abilities_of(session: Session, users: Sequence[User]) -> dict[int, Ability]:
    """The same for several users at once, by their ids."""
    rules: dict[int, list[Rule]] = {user.id: [] for user in users}
    for row, user_id, role, limit in session.execute(
        select(Permission, UserRole.user_id, Role.name, UserRole.conditions)
        .join(Role, Role.id == Permission.role_id)
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id.in_(list(rules)), in_force())
        .order_by(Role.id, Permission.id)
    ):
        projects = projects_of(limit, row.inverted)
        rules[user_id].append(
            Rule(row.action, row.subject, row.inverted, row.conditions, row.reason, projects, role)
        )
    return {user.id: Ability(rules[user.id], _facts(user)) for user in users}


def _facts(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("id", "uuid", "name", "email", "phone", "wallet")}


def acting(session: Session, user_id: int) -> tuple[User, Ability]:
    """Who asked for work in the background, and what they may do by the time it is done.

    Raises Refusal for somebody who has left.
    """
    user = session.get(User, user_id)
    if user is None or user.deleted_at is not None:
        raise Refusal("Whoever asked for this is no longer here.")
    return user, ability_of(session, user)


def roles_held(session: Session, user: User) -> Sequence[Any]:
    """The roles a user was given: name, ends of both, limit, and whether they are in force."""
    return session.execute(
        select(
            Role.id,
            Role.name,
            func.least(Role.expiry, UserRole.expiry).label("until"),
            UserRole.conditions,
            in_force().label("in_force"),
        )
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == user.id)
        .order_by(Role.id)
    ).all()


def answers(session: Session, ability: Ability, asked: Sequence[tuple[str, str]]) -> list[Answer]:
    """For each pair of action and subject whether it is allowed, by which rules, to how many records.

    All counts in one statement, each up to 10,000; what the same rules decide is counted once.
    """
    found = [
        Answer(action, subject, ability.can(action, subject), ability.deciding(action, subject))
        for action, subject in asked
    ]
    counted: dict[str, Select[Any]] = {}
    for answer in found:
        if answer.allowed and (statement := _counting(ability, answer)) is not None:
            counted.setdefault(_key(answer), statement)
    if not counted:
        return found
    columns = [statement.scalar_subquery().label(f"n{at}") for at, statement in enumerate(counted.values())]
    numbers = dict(zip(counted, session.execute(select(*columns)).one(), strict=True))
    return [_with_number(answer, numbers.get(_key(answer))) for answer in found]


def _counting(ability: Ability, answer: Answer) -> Select[Any] | None:
    """How many records the answer is about; None where it is about all of them, or the subject has no records."""
    model = model_named(answer.subject)
    decisive = answer.rules[0] if answer.rules else None
    if model is None or decisive is None or (decisive.projects is None and not decisive.conditions):
        return None
    some = select(literal(1)).select_from(model).where(ability.condition(answer.action, model))
    if hasattr(model, "deleted_at"):
        some = some.where(model.deleted_at.is_(None))
    return select(func.count()).select_from(some.limit(COUNT_LIMIT + 1).subquery())


def _key(answer: Answer) -> str:
    return repr((answer.subject, [(rule.inverted, rule.conditions, rule.projects) for rule in answer.rules]))


def _with_number(answer: Answer, number: int | None) -> Answer:
    if number is None or not answer.allowed:
        return answer
    return Answer(
        answer.action,
        answer.subject,
        answer.allowed,
        answer.rules,
        min(number, COUNT_LIMIT),
        capped=number > COUNT_LIMIT,
    )
