"""Changing how a case is described. What was complained about stays as it was said; where it was sent stays as well."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal, sentence
from portal.grievances.models import Grievance
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case
from portal.grievances.operations.looking_after import set_category, set_priority
from portal.grievances.operations.story import Teller, tell

PLAIN = ("title", "type", "reported_by", "reporter_contact")
"""Facts that nothing follows from."""
FACTS = (*PLAIN, "category_id", "priority")
STALE = sentence("Somebody changed this case while you did.")


class Stale(Conflict):
    """Somebody changed the same facts meanwhile; `now` holds what they are by now."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__(STALE)
        self.now = dict(now)


def edit_case(
    session: Session, uuid: UUID, typed: Mapping[str, Any], seen: Mapping[str, Any], by: Teller
) -> bool:
    """Change those of FACTS that were `typed` other than they were `seen`; whether anything changed.

    Raises Stale where one of them is neither as it was seen nor as it was typed by now: what was not seen counts as
    changed. Raises Refusal at its field for a title of nothing and what there is not, Conflict in a closed project.
    """
    case = hold_case(session, uuid)
    changes = {fact: value for fact, value in typed.items() if fact not in seen or seen[fact] != value}
    now = {fact: getattr(case, fact) for fact in changes}
    stale = {
        fact: value
        for fact, value in now.items()
        if value != changes[fact] and (fact not in seen or seen[fact] != value)
    }
    if stale:
        raise Stale(stale)
    changes = {fact: value for fact, value in changes.items() if value != now[fact]}
    if not changes:
        return False
    if "title" in changes and not changes["title"].strip():
        raise Refusal("Give the case a title.", field="title")
    _put(session, case, {fact: value for fact, value in changes.items() if fact in PLAIN}, by)
    if changes.get("category_id") is not None:
        set_category(session, uuid, changes["category_id"], by)
    if "priority" in changes:
        set_priority(session, uuid, changes["priority"], by)
    return True


def _put(session: Session, case: Grievance, changes: Mapping[str, Any], by: Teller) -> None:
    if not changes:
        return
    for fact, value in changes.items():
        setattr(case, fact, value)
    case.updated_at = func.now()
    session.flush()
    tell(session, case.uuid, story.EDITED, by, facts={"fields": sorted(changes)})
