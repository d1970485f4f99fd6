"""The same of single cases."""

import io
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.grievances.models import Grievance, GrievanceCategory
from portal.grievances.operations import looking_after, noting
from portal.grievances.operations.story import Teller
from tests.factories import add_beneficiary, add_project
from tests.grievances.cases import add_case
from tests.house.ground import Calls, Ground
from tests.vendors.shops import add_vendor


def _case(g: Ground, status: str = "NEW", **facts: Any) -> Grievance:
    case = add_case(g.session, add_project(g.session, f"Floods {uuid4()}"), g.asha, status=status, **facts)
    g.session.commit()
    return case


def _in(g: Ground, status: str = "NEW", **facts: Any) -> str:
    """The page of a case in this state."""
    return f"/grievances/{_case(g, status, **facts).uuid}"


def _opened(g: Ground) -> TestResponse:
    project = add_project(g.session, "Floods")
    g.session.commit()
    talked = g.session.scalars(select(GrievanceCategory.uuid).limit(1)).one()
    page = g.admin.get("/grievances/new").text
    channel = page.split('id="channel"')[1].split('value="')[1].split('"')[0]
    return g.post(
        "/grievances/new",
        project=project.uuid,
        title="No money",
        description="It never came.",
        channel=channel,
        category=talked,
        priority="",
        type="OTHER",
    )


def _answered(g: Ground) -> TestResponse:
    case = _case(g, "UNDER_REVIEW")
    noting.ask(g.session, case.uuid, Teller(g.me.id), "When?")
    g.session.commit()
    return g.post(f"/grievances/{case.uuid}/answer", words="On Monday.")


def _unwatched(g: Ground) -> TestResponse:
    case = _case(g)
    looking_after.watch(g.session, case.uuid, g.me.id)
    g.session.commit()
    return g.post(f"/grievances/{case.uuid}/unwatch")


def _edited(g: Ground) -> TestResponse:
    case = _case(g)
    seen = f'{{"title": "{case.title}", "priority": "NORMAL", "type": "OTHER", "category_id": ""}}'
    typed = {"title": "No rice", "priority": "NORMAL", "type": "NON_TECHNICAL", "category_id": ""}
    kept = {"reported_by": case.reported_by, "reporter_contact": case.reporter_contact}
    return g.post(f"/grievances/{case.uuid}/edit", seen=seen, **typed, **kept)


def _linked(g: Ground) -> TestResponse:
    person = add_beneficiary(g.session)
    return g.post(f"{_in(g)}/person", person=person.uuid)


def _of_vendor(g: Ground) -> TestResponse:
    return g.post(f"{_in(g)}/vendor", vendor=add_vendor(g.session).uuid)


def _file() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"What was said."), "letter.txt"


CALLS: Calls = {
    "grievances.new_case": ("INSERT tbl_grievances", _opened),
    "grievances.acknowledge_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g)}/acknowledge", seen="NEW", words="We look into it."),
    ),
    "grievances.resolve_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g, 'UNDER_REVIEW')}/resolve", words="It was paid."),
    ),
    "grievances.close_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g, 'RESOLVED')}/close", seen="RESOLVED", words="She agrees."),
    ),
    "grievances.reopen_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g, 'CLOSED')}/reopen", seen="CLOSED", words="There is more."),
    ),
    "grievances.ask_reporter": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g, 'UNDER_REVIEW')}/question", words="When was it?"),
    ),
    "grievances.note_answer": ("UPDATE tbl_grievances", _answered),
    "grievances.add_note": (
        "INSERT tbl_grievance_events",
        lambda g: g.post(f"{_in(g)}/notes", words="She called."),
    ),
    "grievances.attach_file": (
        "INSERT tbl_grievance_attachments",
        lambda g: g.post(f"{_in(g)}/files", file=_file()),
    ),
    "grievances.assign_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g)}/assignee", seen="", assignee=g.me.id),
    ),
    "grievances.take_case": ("UPDATE tbl_grievances", lambda g: g.post(f"{_in(g)}/take")),
    "grievances.make_case_sensitive": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g)}/sensitivity"),
    ),
    "grievances.make_case_open": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g, is_sensitive=True)}/openness"),
    ),
    "grievances.add_watcher": (
        "INSERT tbl_grievance_watchers",
        lambda g: g.post(f"{_in(g)}/watchers", watcher=g.me.id),
    ),
    "grievances.watch_case": ("INSERT tbl_grievance_watchers", lambda g: g.post(f"{_in(g)}/watch")),
    "grievances.unwatch_case": ("DELETE tbl_grievance_watchers", _unwatched),
    "grievances.edit_case": ("UPDATE tbl_grievances", _edited),
    "grievances.link_person": ("UPDATE tbl_grievances", _linked),
    "grievances.link_vendor": ("UPDATE tbl_grievances", _of_vendor),
    "grievances.link_former_case": (
        "UPDATE tbl_grievances",
        lambda g: g.post(f"{_in(g)}/former-case", code=_case(g).code),
    ),
}
