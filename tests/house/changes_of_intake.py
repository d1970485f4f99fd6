"""The same of complaints on their way in."""

from io import BytesIO

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.grievances.models import Grievance, GrievanceAttachment
from portal.grievances.operations import moving
from portal.grievances.operations.story import Teller
from tests.factories import add_project
from tests.house.ground import Calls, Ground
from tests.intake import calls
from tests.intake.pages import fill_in, follow, hidden, keys, say


def _told(g: Ground) -> TestResponse:
    project = add_project(g.session, "Floods")
    g.session.commit()
    return fill_in(g.stranger(), f"/complain/{project.uuid}", words="It never came.")


def shown(g: Ground) -> TestResponse:
    """The page of a case by its code and PIN."""
    return follow(g.stranger(), *keys(_told(g)))


def _answered(g: Ground, what: str) -> TestResponse:
    code, pin = keys(_told(g))
    case = g.session.query(Grievance).filter_by(code=code).one()
    moving.acknowledge(g.session, case.uuid, Teller(g.me.id), "We look into it.")
    moving.resolve(g.session, case.uuid, Teller(g.me.id), "It was paid.")
    g.session.commit()
    return say(g.stranger(), follow(g.stranger(), code, pin), what, words="Nothing came.")


def _sent_file(g: Ground) -> TestResponse:
    page, browser = shown(g), g.stranger()
    carried = {name: value for name, value in hidden(page.text).items() if name in {"ticket", "shown"}}
    return browser.post(
        "/complain/status/files", data={**carried, "file": (BytesIO(b"My paper."), "paper.txt")}
    )


def _downloaded(g: Ground) -> TestResponse:
    page = _sent_file(g)
    uuid = g.session.scalars(
        select(GrievanceAttachment.uuid).order_by(GrievanceAttachment.created_at.desc())
    ).first()
    return say(g.stranger(), page, f"files/{uuid}")


def _file(g: Ground, **facts: object) -> str:
    uuid = calls.add_file(g.session, add_project(g.session, "Floods"), g.me, **facts)
    g.session.commit()
    return f"/hotline/{uuid}"


def _brought(g: Ground) -> TestResponse:
    project = add_project(g.session, "Floods")
    g.session.commit()
    return calls.bring(g.admin, project, *calls.CALLS)


CALLS: Calls = {
    "intake.take_hotline_file": ("INSERT tbl_hotline_files", _brought),
    "intake.choose_columns": ("UPDATE tbl_hotline_files", lambda g: g.post(str(_brought(g).location))),
    "intake.take_calls": (
        "UPDATE tbl_hotline_files",
        lambda g: g.post(f"{_file(g, state='REVIEW', counts={'NEW': 0})}/take"),
    ),
    "intake.reopen_file": (
        "UPDATE tbl_hotline_files",
        lambda g: g.post(f"{_file(g, state='TAKING')}/reopen"),
    ),
    "intake.discard_file": ("DELETE tbl_hotline_files", lambda g: g.post(f"{_file(g)}/discard")),
    "intake.make_complaint": ("INSERT tbl_grievances", _told),
    "intake.add_words": (
        "INSERT tbl_grievance_events",
        lambda g: say(g.stranger(), shown(g), "words", words="My card is lost too."),
    ),
    "intake.send_own_file": ("INSERT tbl_grievance_attachments", _sent_file),
    "intake.download_own_file": ("READ tbl_grievance_attachments", _downloaded),
    "intake.accept_answer": ("UPDATE tbl_grievances", lambda g: _answered(g, "accept")),
    "intake.decline_answer": ("UPDATE tbl_grievances", lambda g: _answered(g, "decline")),
}
