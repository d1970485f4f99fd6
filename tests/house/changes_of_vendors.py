"""The same of vendors."""

from typing import Any

from werkzeug.test import TestResponse

from tests.factories import add_project
from tests.house.ground import Calls, Ground
from tests.vendors.shops import add_vendor


def _shop(g: Ground, **facts: Any) -> str:
    """The page of a vendor."""
    shop = add_vendor(g.session, "Grain", **facts)
    g.session.commit()
    return f"/vendors/{shop.uuid}"


def _assigned(g: Ground) -> tuple[TestResponse, str]:
    """A vendor put into a project, and the address of their work there."""
    shop, project = _shop(g), add_project(g.session, "Cash").uuid
    g.session.commit()
    return g.post(f"{shop}/projects/add", project=str(project)), f"{shop}/projects/{project}"


def _other_days(g: Ground) -> TestResponse:
    _answer, part = _assigned(g)
    return g.filled(f"{part}/days", starts_on="2026-01-01", ends_on="")


def _taken_out(g: Ground) -> TestResponse:
    _answer, part = _assigned(g)
    return g.post(f"{part}/remove")


def _restored(g: Ground) -> TestResponse:
    shop = _shop(g)
    g.post(f"{shop}/delete", reason="Moved away")
    return g.post(f"{shop}/restore")


def _file(g: Ground) -> TestResponse:
    _shop(g)
    return g.post("/vendors/export", format="csv", columns=["name"], purpose="Reporting")


CALLS: Calls = {
    "vendors.add_vendor": ("INSERT tbl_vendors", lambda g: g.post("/vendors/new", name="Tools")),
    "vendors.edit_vendor": (
        "UPDATE tbl_vendors",
        lambda g: g.filled(f"{_shop(g)}/edit", name="Grain", location="Sunsari"),
    ),
    "vendors.approve_vendor": (
        "UPDATE tbl_vendors",
        lambda g: g.post(f"{_shop(g, state='PENDING')}/approve"),
    ),
    "vendors.suspend_vendor": (
        "UPDATE tbl_vendors",
        lambda g: g.post(f"{_shop(g)}/suspend", reason="Sold sand"),
    ),
    "vendors.invite_vendor": (
        "INSERT tbl_auth",
        lambda g: g.post(f"{_shop(g, email='grain@example.org')}/invite"),
    ),
    "vendors.assign_vendor": ("INSERT tbl_projects_vendors", lambda g: _assigned(g)[0]),
    "vendors.change_days": ("UPDATE tbl_projects_vendors", _other_days),
    "vendors.take_out_vendor": ("UPDATE tbl_projects_vendors", _taken_out),
    "vendors.delete_vendor": (
        "UPDATE tbl_vendors",
        lambda g: g.post(f"{_shop(g)}/delete", reason="Moved away"),
    ),
    "vendors.restore_vendor": ("UPDATE tbl_vendors", _restored),
    "vendors.download_list": ("EXPORT tbl_vendors", _file),
}
"""Endpoint → what is then on record, and a call that leaves it."""
