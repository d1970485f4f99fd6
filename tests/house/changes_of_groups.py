"""The same of groups."""

from uuid import UUID

from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.factories import add_beneficiary, add_group, add_project
from tests.house.ground import Calls, Ground


def _group(g: Ground) -> str:
    """The page of a group with one person in it."""
    group = add_group(g.session, "Widows")
    add_beneficiary(g.session, "Sita", groups=[group], gender="FEMALE")
    g.session.commit()
    return f"/groups/{group.uuid}"


def _restored(g: Ground) -> TestResponse:
    group = _group(g)
    g.post(f"{group}/delete")
    return g.post(f"{group}/restore")


def _someone(g: Ground) -> str:
    return str(g.session.execute(text("SELECT uuid FROM tbl_beneficiaries")).scalar_one())


def _removed(g: Ground) -> TestResponse:
    group = _group(g)
    return g.post(f"{group}/members", people=[_someone(g)])


def _assigned(g: Ground, group: str) -> tuple[TestResponse, UUID]:
    project = add_project(g.session, "Cash").uuid
    g.session.commit()
    return g.post(f"{group}/projects/add", project=str(project)), project


def _ended(g: Ground) -> TestResponse:
    group = _group(g)
    _answer, project = _assigned(g, group)
    return g.post(f"{group}/projects/{project}/end", what="undo")


def _filter(g: Ground) -> str:
    """The page of a filter that is kept with a group."""
    g.post("/groups/new?gender=FEMALE", name="Women", keep="Women")
    row = g.session.execute(text('SELECT "beneficiaryGroupId" AS g, uuid FROM tbl_saved_filters')).one()
    return f"/groups/{row.g}/filters/{row.uuid}"


def _joined(g: Ground) -> TestResponse:
    group = _group(g).removeprefix("/groups/")
    person = add_beneficiary(g.session, "Maya").uuid
    return g.post(f"/groups/of/{person}", do="join_group", target=group)


CALLS: Calls = {
    "groups.new_group": ("INSERT tbl_beneficiaries_group", lambda g: g.post("/groups/new", name="Tailors")),
    "groups.edit_group": (
        "UPDATE tbl_beneficiaries_group",
        lambda g: g.filled(f"{_group(g)}/edit", name="Elders", purpose=""),
    ),
    "groups.delete_group": ("UPDATE tbl_beneficiaries_group", lambda g: g.post(f"{_group(g)}/delete")),
    "groups.restore_group": ("UPDATE tbl_beneficiaries_group", _restored),
    "groups.add_members": (
        "INSERT tbl_grouped_beneficiaries",
        lambda g: g.post(f"{_group(g)}/add", people=[str(add_beneficiary(g.session).uuid)]),
    ),
    "groups.remove_members": ("UPDATE tbl_grouped_beneficiaries", _removed),
    "groups.assign_group": (
        "INSERT tbl_beneficiaries_gorup_projects",
        lambda g: _assigned(g, _group(g))[0],
    ),
    "groups.end_assignment": ("UPDATE tbl_beneficiaries_projects", _ended),
    "groups.split_group": (
        "INSERT tbl_beneficiaries_group",
        lambda g: g.post(f"{_group(g)}/split", by="gender", key="", seen="1"),
    ),
    "groups.run_saved_filter": ("UPDATE tbl_saved_filters", lambda g: g.post(_filter(g))),
    "groups.delete_saved_filter": ("DELETE tbl_saved_filters", lambda g: g.post(f"{_filter(g)}/delete")),
    "groups.change_memberships": ("INSERT tbl_grouped_beneficiaries", _joined),
}
"""Endpoint → what is then on record, and a call that leaves it."""
