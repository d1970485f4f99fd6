"""What tests send and read of the form of a role."""

import re
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.abilities import Rule
from portal.users.forms import row_of
from portal.users.models import Role, User
from portal.users.queries.roles import role_with, rules_of
from tests.factories import add_user_with

READS = Rule("read", "Beneficiary")
NOT_MINORS = Rule("read", "Beneficiary", True, {"age": {"$lt": 18}}, "Ask the supervisor.")


def held_by(session: Session, name: str, *rules: Rule) -> User:
    """Somebody with a role of these rules, which is called "Role of `name`"."""
    return add_user_with(session, name, None, rules)


def role_called(session: Session, name: str) -> Role:
    """The role of that name, as the database has it now."""
    session.expire_all()
    role_id = session.scalars(select(Role.id).where(Role.name == name)).one()
    return session.scalars(role_with(role_id)).one()


def rules_in(session: Session, name: str) -> list[Rule]:
    """Its rules, in order."""
    return rules_of(role_called(session, name))


def typed(
    name: str,
    ticks: list[str] | None = None,
    rows: Sequence[Rule | dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A form as a browser sends it: ticks such as `read:Beneficiary`, rows as rules or as what stands in them."""
    data: dict[str, Any] = {"name": name, "allow": ticks or [], **more}
    for at, row in enumerate(rows or []):
        for field, value in (row_of(row) if isinstance(row, Rule) else row).items():
            data[f"rules-{at}-{field}"] = value
    return data


def edit(client: FlaskClient, session: Session, name: str, **form: Any) -> TestResponse:
    """Save a role with this form, filled from its present state unless `version` says otherwise."""
    role = role_called(session, name)
    data = {"version": role.version, **typed(form.pop("called", name), **form)}
    return client.post(f"/roles/{role.id}/edit", data=data)


def errors_in(page: str) -> list[str]:
    """What the summary at the top of a form says is wrong."""
    summary = re.search(r'class="error-summary".*?</ul>', page, re.DOTALL)
    found = re.findall(r"<li>(.*?)</li>", summary.group(), re.DOTALL) if summary else []
    return [re.sub(r"<[^>]+>", "", one).replace("&#34;", '"').strip() for one in found]
