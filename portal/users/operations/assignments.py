"""Which user holds which role, and until when."""

import datetime as dt

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.users.models import User, UserRole
from portal.users.queries.roles import role_named


def assign_role(
    session: Session, user: User, role: str, until: dt.datetime | None = None, by: int | None = None
) -> None:
    """Give a user a role, until a moment or for good; a second time changes only until when.

    `by` is the id of the user who gives it. Raises Refusal when there is no such role.
    """
    found = role_named(session, role)
    if found is None:
        raise Refusal("There is no role %(name)s.", field="role", name=role)
    values = {"user_id": user.id, "role_id": found.id, "expiry": until, "created_by": by}
    session.execute(
        upsert(UserRole)
        .values(values)
        .on_conflict_do_update(index_elements=["userId", "roleId"], set_={"expiry": until})
    )
