"""What a user may do by their roles in force, gathered in one go, and a stamp of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, Text, cast, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from portal.auth.models import Auth
from portal.users.models import Permission, Role, UserRole
from portal.users.queries.roles import in_force

_RULES_OF_ROLE = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    Permission.action,
                    Permission.subject,
                    Permission.inverted,
                    Permission.conditions,
                    Permission.reason,
                    UserRole.conditions,
                ),
                Permission.id,
            )
        )
    )
    .where(Permission.role_id == Role.id)
    .correlate(Role, UserRole)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Held:
    """Columns of a statement that tell what a user's roles in force amount to.

    `roles`: their names; `rules`: for each role the list of its rules, or null, as JSON text; `demands`: whether
    one of them demands a second factor; `stamp`: 32 bytes that are others as soon as any of this is.
    """

    source: FromClause
    roles: ColumnElement[Any]
    rules: ColumnElement[Any]
    demands: ColumnElement[bool]
    stamp: ColumnElement[bytes]


def held_by(user_id: SQLColumnExpression[int], outer: Any) -> Held:
    """What the user of `user_id`, a column of the model `outer` in the same statement, holds; always one row.

    An aggregate in a lateral subquery, so that the rules are gathered once though the stamp reads them too.
    """
    source = (
        select(
            func.array_agg(aggregate_order_by(Role.name, Role.id)).label("roles"),
            func.jsonb_agg(aggregate_order_by(_RULES_OF_ROLE, Role.id)).label("rules"),
            func.coalesce(func.bool_or(Role.demands_second_factor), False).label("demands"),
        )
        .select_from(UserRole)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.user_id == user_id, in_force())
        .correlate(outer)
        .lateral("held")
    )
    columns = source.c
    told = func.concat(cast(columns.roles, Text), cast(columns.rules, Text), cast(columns.demands, Text))
    return Held(
        source,
        columns.roles,
        cast(columns.rules, Text),
        columns.demands,
        func.sha256(func.convert_to(told, "UTF8")),
    )


def stamp_of_account(auth_id: int) -> ColumnElement[bytes]:
    """SQL: the stamp of what the account's user may do now."""
    held = held_by(Auth.user_id, Auth)
    return (
        select(held.stamp)
        .select_from(Auth)
        .join(held.source, true())
        .where(Auth.id == auth_id)
        .scalar_subquery()
    )
