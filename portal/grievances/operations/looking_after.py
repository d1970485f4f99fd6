"""Who looks after a case and how urgent it is: its assignee, watchers, priority, category, and whether it is sensitive.

Whoever changes one says what it was when they looked (`seen`): where it is another by now, nothing is changed and they
are told what it is. Work on many cases at once does not ask (`ANYTHING`).
"""

from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal, Words
from portal.grievances.letters import tell_assignee
from portal.grievances.models import PRIORITIES, Grievance, GrievanceCategory, GrievanceWatcher
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case
from portal.grievances.operations.story import Teller, tell
from portal.grievances.queries.hands import may_have, who_may_read
from portal.grievances.terms import PRIORITY_NAMES
from portal.users.models import User


class Unasked(Enum):
    """What was there before makes no difference."""

    ANYTHING = "anything"


ANYTHING: Final = Unasked.ANYTHING


def assign(
    session: Session, uuid: UUID, user: int | None, by: Teller, *, seen: int | Unasked | None = ANYTHING
) -> bool:
    """Give a case to a user, or to nobody; whether that changed anything. They are told, unless they took it.

    Raises Refusal at the field `assignee` for who may not read and change the case, Conflict where it was given to
    somebody else since it was `seen`, or its project is closed; NotFound where there is no such case.
    """
    case = hold_case(session, uuid)
    if case.assignee_id == user:
        return False
    if seen is not ANYTHING and case.assignee_id != seen:
        if case.assignee_id is None:
            raise Conflict("Nobody is in charge of this case by now.", field="assignee")
        raise Conflict(
            "%(name)s is in charge of this case by now.",
            field="assignee",
            name=_name(session, case.assignee_id),
        )
    if user is not None and not may_have(session, case, user):
        raise Refusal(
            "Choose somebody else: their roles do not let them look after this case.", field="assignee"
        )
    before, case.assignee_id = case.assignee_id, user
    _changed(session, case, story.ASSIGNED, by, before, user)
    tell_assignee(session, case, besides=by.user)
    return True


def set_priority(
    session: Session, uuid: UUID, priority: str, by: Teller, *, seen: str | Unasked = ANYTHING
) -> bool:
    """Say how urgent a case is; whether that changed anything. Both clocks follow. Raises as `assign` does."""
    if priority not in PRIORITIES:
        raise Refusal("There is no such priority.", field="priority")
    case = hold_case(session, uuid)
    if case.priority == priority:
        return False
    if seen is not ANYTHING and case.priority != seen:
        raise Conflict(
            "The priority of this case is “%(now)s” by now.",
            field="priority",
            now=Words(PRIORITY_NAMES[case.priority]),
        )
    before, case.priority = case.priority, priority
    _changed(session, case, story.PRIORITY, by, before, priority)
    return True


def set_category(
    session: Session, uuid: UUID, category: UUID, by: Teller, *, seen: UUID | Unasked | None = ANYTHING
) -> bool:
    """Say what a case is about; whether that changed anything. A sensitive category makes it sensitive, and none takes
    that away. Raises as `assign` does."""
    found = session.get(GrievanceCategory, category)
    case = hold_case(session, uuid)
    if case.category_id == category:
        return False
    if found is None or not found.is_active:
        raise Refusal("Choose another category: this one is not in use.", field="category")
    if seen is not ANYTHING and case.category_id != seen:
        raise Conflict("Somebody chose another category for this case meanwhile.", field="category")
    before, case.category_id = case.category_id, category
    told = str(before) if before else None
    _changed(session, case, story.CATEGORY, by, told, str(category))
    if found.is_sensitive and not case.is_sensitive:
        _make_sensitive(session, case, by)
    return True


def make_sensitive(session: Session, uuid: UUID, by: Teller) -> bool:
    """Let only those know of a case who may read sensitive ones; whether it was open before. Anybody may who may
    change it, though they lose sight of it."""
    case = hold_case(session, uuid)
    if case.is_sensitive:
        return False
    _make_sensitive(session, case, by)
    return True


def make_open(session: Session, uuid: UUID, by: Teller) -> bool:
    """Let everybody read a case who may read cases; whether it was sensitive. The view has looked that whoever does it
    may read sensitive ones.

    Raises Refusal where its category is a sensitive one.
    """
    case = hold_case(session, uuid)
    if not case.is_sensitive:
        return False
    category = session.get(GrievanceCategory, case.category_id) if case.category_id else None
    if category is not None and category.is_sensitive:
        raise Refusal("Cases of this category are always sensitive. Choose another category first.")
    case.is_sensitive = False
    _changed(session, case, story.SENSITIVE, by, before=True, after=False)
    return True


def watch(session: Session, uuid: UUID, user: int) -> bool:
    """Let a user be told what happens in a case; whether they were not before. Raises Refusal at the field `watcher`
    for who may not read it."""
    case = hold_case(session, uuid)
    if user not in {one.id for one in who_may_read(session, case)}:
        raise Refusal("Choose somebody else: their roles do not let them read this case.", field="watcher")
    adding = insert(GrievanceWatcher).values(grievance_id=uuid, user_id=user).on_conflict_do_nothing()
    return session.scalar(adding.returning(GrievanceWatcher.user_id)) is not None


def unwatch(session: Session, uuid: UUID, user: int) -> bool:
    """Let a user be told no longer; whether they were."""
    hold_case(session, uuid)
    taking = delete(GrievanceWatcher).where(
        GrievanceWatcher.grievance_id == uuid, GrievanceWatcher.user_id == user
    )
    return session.scalar(taking.returning(GrievanceWatcher.user_id)) is not None


def _make_sensitive(session: Session, case: Grievance, by: Teller) -> None:
    """Who is in charge and may not read it any longer is in charge no longer, and does not watch it either."""
    case.is_sensitive = True
    _changed(session, case, story.SENSITIVE, by, before=False, after=True)
    if case.assignee_id is not None and not may_have(session, case, case.assignee_id):
        before, case.assignee_id = case.assignee_id, None
        _changed(session, case, story.ASSIGNED, by, before, None)
    readers = {user.id for user in who_may_read(session, case)}
    session.execute(
        delete(GrievanceWatcher).where(
            GrievanceWatcher.grievance_id == case.uuid, GrievanceWatcher.user_id.not_in(readers)
        )
    )


def _changed(session: Session, case: Grievance, kind: str, by: Teller, before: Any, after: Any) -> None:
    case.updated_at = func.now()
    session.flush()
    tell(session, case.uuid, kind, by, facts={"from": before, "to": after})


def _name(session: Session, user: int) -> str:
    return session.scalar(select(func.coalesce(User.name, User.email)).where(User.id == user)) or "—"
