"""The same of the list of grievances, and of deeds for many of them."""

from werkzeug.test import TestResponse

from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case
from tests.house.ground import Calls, Ground


def _drafted(g: Ground) -> TestResponse:
    return g.post("/grievances/actions/new", kind="NOTE", note="Waits for the bank")


def _confirmed(g: Ground) -> TestResponse:
    return g.post(f"{_drafted(g).location}/confirm", expected=1)


def _reopened(g: Ground) -> TestResponse:
    page = _confirmed(g).location
    g.sql("UPDATE tbl_jobs SET state = 'FAILED'")
    return g.post(f"{page}/reopen")


def _moved(g: Ground) -> TestResponse:
    reporter = add_user_with(g.session, "reporter", "Viewer")
    case = add_case(g.session, add_project(g.session, "North"), reporter)
    return g.post(f"/grievances/{case.uuid}/move", seen="NEW", to="UNDER_REVIEW", words="We look into it")


CALLS: Calls = {
    "grievances.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/grievances/columns", columns=["title", "status"]),
    ),
    "grievances.download_grievances": (
        "EXPORT tbl_grievances",
        lambda g: g.post("/grievances/export", format="csv", columns=["code"], purpose="Reporting"),
    ),
    "grievances.move_case": ("UPDATE tbl_grievances", _moved),
    "grievances.new_action": ("INSERT tbl_grievance_actions", _drafted),
    "grievances.confirm_action": ("UPDATE tbl_grievance_actions", _confirmed),
    "grievances.reopen_action": ("UPDATE tbl_grievance_actions", _reopened),
}
