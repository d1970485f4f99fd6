"""The same of projects: their life, their budgets, who works in them."""

from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.projects.models import ProjectBudget
from tests.factories import add_project
from tests.house.ground import Calls, Ground

CLOSES = {"reason": "All is paid."}


def _project(g: Ground, **facts: str) -> str:
    """The page of a project."""
    project = add_project(g.session, "Relief", **facts)
    g.session.commit()
    return f"/projects/{project.uuid}"


def _restored(g: Ground) -> TestResponse:
    page = _project(g)
    g.post(f"{page}/delete")
    return g.post(f"{page}/restore")


def _reopened(g: Ground) -> TestResponse:
    page = _project(g)
    g.post(f"{page}/close", **CLOSES)
    return g.post(f"{page}/reopen", reason="A late payout.")


def _edited(g: Ground) -> TestResponse:
    page = _project(g)
    return g.filled(f"{page}/edit", name="Winter", type="CVA")


def _budget(g: Ground) -> str:
    """The page of a budget."""
    page = _project(g)
    g.post(f"{page}/budgets/new", currency="NPR", amount="100")
    uuid: UUID = g.session.scalars(select(ProjectBudget.uuid)).one()
    return f"{page}/budgets/{uuid}"


def _staffed(g: Ground) -> tuple[str, TestResponse]:
    """The page of who works in a project, and the answer to adding somebody."""
    page = _project(g).replace("/projects/", "/users/in-project/")
    return page, g.post(f"{page}/add", user=str(g.asha.uuid), role=str(g.role_id("Officer")))


def _unstaffed(g: Ground) -> TestResponse:
    page, _answer = _staffed(g)
    return g.post(f"{page}/{g.asha.uuid}/{g.role_id('Officer')}/remove")


CALLS: Calls = {
    "projects.new_project": (
        "INSERT tbl_projects",
        lambda g: g.post("/projects/new", name="Winter", type="CVA"),
    ),
    "projects.edit_project": ("UPDATE tbl_projects", _edited),
    "projects.open_project": (
        "UPDATE tbl_projects",
        lambda g: g.post(f"{_project(g, status='NOT_READY')}/open"),
    ),
    "projects.close_project": ("UPDATE tbl_projects", lambda g: g.post(f"{_project(g)}/close", **CLOSES)),
    "projects.reopen_project": ("UPDATE tbl_projects", _reopened),
    "projects.delete_project": ("UPDATE tbl_projects", lambda g: g.post(f"{_project(g)}/delete")),
    "projects.restore_project": ("UPDATE tbl_projects", _restored),
    "projects.new_budget": (
        "INSERT tbl_project_budgets",
        lambda g: g.post(f"{_project(g)}/budgets/new", currency="NPR", amount="100"),
    ),
    "projects.edit_budget": (
        "UPDATE tbl_project_budgets",
        lambda g: g.filled(f"{_budget(g)}/edit", amount="200", reason="A second gift."),
    ),
    "projects.remove_budget": ("DELETE tbl_project_budgets", lambda g: g.post(f"{_budget(g)}/remove")),
    "projects.download_projects": (
        "EXPORT tbl_projects",
        lambda g: g.post("/projects/export", format="csv", purpose="Reporting"),
    ),
    "staff.add_project_staff": ("INSERT tbl_users_roles", lambda g: _staffed(g)[1]),
    "staff.remove_project_staff": ("DELETE tbl_users_roles", _unstaffed),
}
