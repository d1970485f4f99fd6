"""The user in whose name complaints without an account come in."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.users.models import User

UUID_OF_PUBLIC = UUID("6d2b9d0e-0a55-5c1e-9f0d-7f6c1d0a5c3e")
"""Always the same: made where it is missing, by whoever is first."""


def public_reporter(session: Session) -> int:
    """The id of the portal's own user for them. It is set aside from the beginning: it stands in no list of users,
    nobody can sign in as it, and it holds no role."""
    wanted = select(User.id).where(User.uuid == UUID_OF_PUBLIC)
    found = session.scalar(wanted)
    if found is None:
        session.execute(
            insert(User)
            .values(uuid=UUID_OF_PUBLIC, name="Public form", deleted_at=func.now())
            .on_conflict_do_nothing(index_elements=["uuid"])
        )
        found = session.scalars(wanted).one()
    return found
