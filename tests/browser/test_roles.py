"""Roles in a browser: made and edited with and without a script, looked over in every look."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.core.abilities import Rule
from portal.users.models import Role
from tests.browser.conftest import Live
from tests.factories import add_user_with

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
_number = count(1)


def test_a_role_is_made_edited_and_deleted_by_plain_forms(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page, name = either_page, f"Registrar {next(_number)}"
    enter(into=page)
    page.goto("/roles")
    page.get_by_role("link", name="New role").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("checkbox", name="See: Beneficiaries", exact=True).check()
    page.get_by_label("Demands a second factor").check()
    page.get_by_role("button", name="Add a rule").click()
    expect(page).to_have_url(re.compile("#rule-0$"))
    expect(page.get_by_label("Name")).to_have_value(name)
    rule = page.locator("#rule-0")
    rule.get_by_label("Effect").select_option("may not")
    rule.get_by_label("Only where").fill('{"salary": 5}')
    rule.get_by_label("Reason").fill("Ask the supervisor.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("At salary: There is no field salary.")
    expect(rule.get_by_label("Reason")).to_have_value("Ask the supervisor.")
    rule.get_by_label("Only where").fill('{"age": {"$lt": 18}}')
    page.get_by_role("button", name="Add a rule").click()
    page.locator("#rule-1").get_by_label("Action").select_option("Export")
    page.get_by_role("button", name="Move up rule 2").click()
    expect(page.locator("#rule-0").get_by_label("Action")).to_have_value("export")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".fact", has_text="Beneficiaries")).to_contain_text("See, Export")
    expect(page.locator(".rule-list li")).to_have_text(
        'may not Beneficiaries: See read Beneficiary where {"age": {"$lt": 18}} · Reason: Ask the supervisor.',
        use_inner_text=True,
    )
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text(f"The role {name} is deleted.")


def test_the_pages_of_roles_in_every_look(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    enter()
    with live.session() as session:
        rules = [
            Rule("read", "Beneficiary"),
            Rule("export", "Beneficiary", conditions={"isVerified": True, "age": {"$gte": 18, "$lt": 60}}),
            Rule("read", "BeneficiaryPii", True, {"gender": "FEMALE"}, "Only the women’s desk sees these."),
        ]
        holder = add_user_with(session, f"looked{next(_number)}", None, rules)
        role = session.scalars(
            select(Role).where(Role.name == f"Role of {(holder.name or '').lower()}")
        ).one()
        role_id, holder_uuid = role.id, holder.uuid
    page.goto("/roles")
    look_over("roles-list")
    page.goto("/roles/new")
    look_over("roles-new")
    page.goto(f"/roles/{role_id}")
    look_over("roles-one")
    page.goto(f"/roles/{role_id}/edit")
    for summary in page.locator("details.by-hand summary").all():
        summary.click()
    page.locator("#rule-1").get_by_label("Only where").fill('{"gender": {"$near": "X"}}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("roles-edit-refused")
    page.goto(f"/roles/{role_id}/edit")
    with live.session() as session:
        changed = session.get_one(Role, role_id)
        changed.version, changed.export_limit = changed.version + 1, 500
        session.commit()
    page.get_by_role("button", name="Remove rule 2").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("This is what the others saved")
    look_over("roles-edit-stale")
    page.goto(f"/roles/{role_id}/delete")
    look_over("roles-delete")
    page.goto("/roles/try?q=looked")
    page.get_by_role("link", name=re.compile("^Looked")).first.click()
    expect(page.locator("main")).to_contain_text("with the roles they hold now")
    page.goto(f"/roles/try?user={holder_uuid}")
    look_over("roles-try")
