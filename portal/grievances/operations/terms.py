"""Categories and channels: added, renamed, put away. None is taken away, since cases refer to them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import NotFound, Refusal
from portal.grievances.fingerprints import check_seen
from portal.grievances.models import PRIORITIES, GrievanceCategory, GrievanceChannel
from portal.grievances.queries.settings import (
    category_with,
    channel_with,
    state_of_category,
    state_of_channel,
)

LONGEST = 80


@dataclass(frozen=True)
class CategoryFacts:
    """What a category is: its name, the priority its cases begin with, whether they are sensitive, whether it is in
    use."""

    name: str
    priority: str = "NORMAL"
    is_sensitive: bool = False
    is_active: bool = True


def add_category(session: Session, facts: CategoryFacts, uuid: UUID) -> None:
    """Add a category under a uuid; the same uuid once more changes nothing. Raises Refusal at `name` for one that is
    taken, and at `priority`."""
    values = {"is_sensitive": facts.is_sensitive, "is_active": facts.is_active}
    _check(facts.name, facts.priority)
    _add(session, GrievanceCategory, uuid, name=facts.name, priority=facts.priority, **values)


def change_category(session: Session, uuid: UUID, facts: CategoryFacts, seen: str) -> None:
    """Change a category. Cases that came before keep the priority that they have, and whether they are sensitive.

    Raises as adding does, Conflict where it is not as it was `seen`, NotFound where there is none.
    """
    found = session.scalars(
        category_with(uuid, locked=True).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    check_seen(seen, state_of_category(found))
    _check(facts.name, facts.priority)
    found.name, found.priority = facts.name, facts.priority
    found.is_sensitive, found.is_active = facts.is_sensitive, facts.is_active
    _flush(session)


def add_channel(session: Session, name: str, uuid: UUID) -> None:
    """Add a channel under a uuid; the same uuid once more changes nothing. Raises Refusal at `name`."""
    _check(name)
    _add(session, GrievanceChannel, uuid, name=name)


def change_channel(session: Session, uuid: UUID, name: str, is_active: bool, seen: str) -> None:
    """Rename a channel, put it away or bring it back. One that the portal itself fills in is always in use.

    Raises as adding does, Conflict where it is not as it was `seen`, NotFound where there is none.
    """
    found = session.scalars(
        channel_with(uuid, locked=True).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    check_seen(seen, state_of_channel(found))
    _check(name)
    if found.key and not is_active:
        raise Refusal("The portal itself uses this channel. It cannot be put away.", field="is_active")
    found.name, found.is_active = name, is_active
    _flush(session)


def _check(name: str, priority: str = "NORMAL") -> None:
    if not name.strip():
        raise Refusal("Give it a name.", field="name")
    if len(name) > LONGEST:
        raise Refusal("Write at most %(most)s characters.", field="name", most=LONGEST)
    if priority not in PRIORITIES:
        raise Refusal("There is no such priority.", field="priority")


def _add(
    session: Session, model: type[GrievanceCategory | GrievanceChannel], uuid: UUID, **values: object
) -> None:
    try:
        with session.begin_nested():
            session.execute(
                insert(model).values(uuid=uuid, **values).on_conflict_do_nothing(index_elements=["uuid"])
            )
    except IntegrityError as taken:
        raise _taken() from taken


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as taken:
        raise _taken() from taken


def _taken() -> Refusal:
    return Refusal("There is one of this name already.", field="name")
