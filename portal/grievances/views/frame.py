"""What stands around every page of one case, and what may be done with it now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response

from portal.audit.looks import note_look
from portal.core.db import db
from portal.core.enums import GrievanceStatus, ProjectStatus
from portal.grievances.models import Grievance
from portal.grievances.operations.story import Teller
from portal.grievances.queries.case import case_in_full, the_case
from portal.web.access import current_ability, current_person, load
from portal.web.htmx import page

STAND_IN = UUID(int=0)
"""What is drawn once for all cases has this in its addresses, and gets the case's own uuid when it is shown."""
NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus


@dataclass(frozen=True)
class Offers:
    """What the reader can do with a case now, as far as rules, state and project leave it to them."""

    change: bool = False
    acknowledge: bool = False
    resolve: bool = False
    close: bool = False
    reopen: bool = False
    ask: bool = False
    answer: bool = False
    open_up: bool = False


def offers_on(found: Any) -> Offers:
    """What can be done with a row of `case_in_full`."""
    if not found.may_update or found.project_status == ProjectStatus.CLOSED:
        return Offers()
    status, waiting = found.status, found.waiting_since is not None
    return Offers(
        change=True,
        acknowledge=status == NEW,
        resolve=status == UNDER_REVIEW,
        close=status in (NEW, RESOLVED),
        reopen=status in (RESOLVED, CLOSED),
        ask=status == UNDER_REVIEW and not waiting,
        answer=waiting,
        open_up=found.is_sensitive and not found.category_is_sensitive,
    )


def framed(uuid: UUID) -> dict[str, Any]:
    """What `grievances/of_case.html` asks for. That personal data, or a sensitive case, was looked at goes on record:
    commit once the page is drawn. Raises NotFound for what the reader may not see."""
    found = case_in_full(db.session(), uuid, current_ability())
    seen = [
        *(
            ("reportedBy", "reporterContact")
            if found.reporter_known and (found.reporter or found.contact)
            else ()
        ),
        *(("title", "description") if found.is_sensitive else ()),
    ]
    if seen:
        note_look("tbl_grievances", str(uuid), seen)
    return {"case": found, "offers": offers_on(found)}


def case_page(template: str, uuid: UUID, *, status: int = 200, **context: Any) -> Response:
    """A page about one case, in its frame."""
    shown = page(template, status=status, **framed(uuid), **context)
    db.session.commit()
    return shown


def may_change(uuid: UUID) -> Grievance:
    """The case, if the person may change it. Raises NotFound."""
    return load(the_case(uuid), "update", Grievance)


def me() -> Teller:
    """Whoever is signed in, as the story names them."""
    return Teller(current_person().id)
