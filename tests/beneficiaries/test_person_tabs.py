"""The pages about one person as tabs: each an address of its own, each only for who may open it."""

from uuid import uuid4

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.beneficiaries.views.tabs import PERSON
from portal.core.abilities import Rule
from portal.web.tabs import Tab
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.people_forms import filled
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database


def test_each_tab_is_a_link_and_says_where_one_is(session: Session, signed_in_as: SignedInAs) -> None:
    page = f"/beneficiaries/{add_beneficiary(session, 'Sita').uuid}"
    admin = signed_in_as("Admin")
    for address in (page, f"{page}/memberships", f"{page}/history"):
        shown = admin.get(address).text
        assert f'<a href="{address}" aria-current="page">' in shown
        for other in {page, f"{page}/memberships", f"{page}/history"} - {address}:
            assert f'<a href="{other}">' in shown
    assert f"{page}/history" not in signed_in_as("Manager").get(page).text


def test_groups_and_projects_stand_on_their_tab_as_far_as_one_may_see_them(
    session: Session, signed_in_as: SignedInAs
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    group = add_group(session, "Round 1", projects=[north])
    sita = add_beneficiary(session, "Sita", groups=[group], projects=[north, south])
    page = f"/beneficiaries/{sita.uuid}/memberships"
    seen = signed_in_as("Manager").get(page).text
    for said in ("Round 1", "North", "South", "through the group Round 1"):
        assert said in seen
    reader = signed_in_as(
        Rule("read", "Beneficiary"), Rule("read", "Project", conditions={"uuid": str(north.uuid)})
    )
    seen = reader.get(page).text
    assert "North" in seen
    for unseen in ("South", "Round 1", "Sita"):
        assert unseen not in seen


def test_the_history_says_who_changed_and_who_looked(session: Session, signed_in_as: SignedInAs) -> None:
    sita, admin = add_beneficiary(session, "Sita"), signed_in_as("Admin")
    page = f"/beneficiaries/{sita.uuid}"
    manager = signed_in_as("Manager")
    manager.get(page)
    manager.post(f"{page}/edit", data=filled(manager, f"{page}/edit", age="33"))
    history = admin.get(f"{page}/history").text
    for said in ("Read personal data", "Changed", "User2", "33"):
        assert said in history
    assert manager.get(f"{page}/history").status_code == 403
    only_log = signed_in_as(Rule("read", "AuditEntry"))
    assert only_log.get(f"{page}/history").status_code == 404
    assert admin.get(f"/beneficiaries/{uuid4()}/history").status_code == 404


def test_a_module_above_adds_its_tab_before_the_history(
    session: Session, monkeypatch: pytest.MonkeyPatch, signed_in_as: SignedInAs
) -> None:
    monkeypatch.setattr(PERSON, "_tabs", list(PERSON._tabs))
    PERSON.offer(Tab(_l("Export"), "beneficiaries.edit_beneficiary", "export", "Beneficiary"))
    page = f"/beneficiaries/{add_beneficiary(session, 'Sita').uuid}"
    shown = signed_in_as("Admin").get(page).text
    nav = shown[shown.index("Pages about this person") :]
    assert nav.index("Groups and projects") < nav.index(">Export<") < nav.index(">History<")
    assert ">Export</a>" not in signed_in_as("Officer").get(page).text
