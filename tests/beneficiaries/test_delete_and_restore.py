"""Deleting, restoring and verifying one person on their pages."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.operations.fate import delete_people
from portal.users.operations.assignments import assign_role
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database

DELETED = "/beneficiaries/deleted"


def delete(session: Session, *people: Beneficiary, reason: str = "Moved away") -> None:
    them = select(Beneficiary.uuid).where(Beneficiary.uuid.in_([person.uuid for person in people]))
    delete_people(session, them, reason=reason, by=uuid4())
    session.commit()


def test_who_is_deleted_vanishes_from_pages_lists_and_searches_and_can_come_back(
    session: Session, manager: FlaskClient
) -> None:
    group = add_group(session, "Round 1")
    sita = add_beneficiary(session, "Sita Tharu", "+9779801234567", groups=[group])
    page = f"/beneficiaries/{sita.uuid}"
    assert "vanish from every list" in manager.get(f"{page}/delete").text
    answer = manager.post(f"{page}/delete", data={"reason": "Moved to Tikapur"})
    assert (answer.status_code, answer.location) == (303, "/beneficiaries")
    for address in ("/beneficiaries", "/beneficiaries?q=Sita", f"/beneficiaries?group={group.uuid}"):
        assert str(sita.uuid) not in manager.get(address).text
    gone = manager.get(page)
    assert (gone.status_code, gone.location) == (303, f"{page}/restore")
    for path in ("edit", "memberships"):
        assert manager.get(f"{page}/{path}").status_code == 404
    for path in ("verify", "unverify", "reveal"):
        assert manager.post(f"{page}/{path}").status_code == 404
    listed = manager.get(DELETED).text
    for said in ("Sita Tharu", "Moved to Tikapur", "User1"):
        assert said in listed
    assert "+9779801234567" not in listed
    assert "Moved to Tikapur" in manager.get(f"{page}/restore").text
    back = manager.post(f"{page}/restore")
    assert (back.status_code, back.location) == (303, page)
    assert manager.get(page).status_code == 200
    assert "Sita" in manager.get(f"/beneficiaries?group={group.uuid}").text
    assert "Nobody was deleted" in manager.get(DELETED).text


@pytest.mark.parametrize(
    ("reason", "said"), [("", "Say why."), ("  ", "Say why."), ("x" * 501, "500"), ("a\0", "stored")]
)
def test_without_a_reason_nobody_is_deleted(
    session: Session, manager: FlaskClient, reason: str, said: str
) -> None:
    sita = add_beneficiary(session, "Sita")
    answer = manager.post(f"/beneficiaries/{sita.uuid}/delete", data={"reason": reason})
    assert answer.status_code == 422
    assert said in answer.text
    assert sita.deleted_at is None


def test_E2_deleting_or_restoring_twice_does_it_once_and_both_see_it(
    session: Session, manager: FlaskClient
) -> None:
    sita = add_beneficiary(session, "Sita")
    page = f"/beneficiaries/{sita.uuid}"
    answers = [manager.post(f"{page}/delete", data={"reason": why}) for why in ("First", "Second")]
    assert [one.location for one in answers] == ["/beneficiaries", f"{page}/restore"]
    assert sita.deleted_reason == "First"
    assert [manager.post(f"{page}/restore").location for _ in range(2)] == [page, page]
    assert sita.version == 3


def test_E9_restoring_asks_first_when_somebody_like_them_was_registered_meanwhile(
    session: Session, manager: FlaskClient
) -> None:
    gone = add_beneficiary(session, "Sita Tharu", govt_id="77-1")
    delete(session, gone)
    add_beneficiary(session, "Sita Tharu", govt_id="77 1")
    path = f"/beneficiaries/{gone.uuid}/restore"
    page = manager.get(path).text
    assert "May be the same person" in page
    assert "Same government ID" in page
    refused = manager.post(path)
    assert refused.status_code == 422
    assert 'id="all_the_same-error"' in refused.text
    assert gone.deleted_at is not None
    assert manager.post(path, data={"all_the_same": "y"}).status_code == 303
    assert gone.deleted_at is None


def test_who_may_not_delete_neither_deletes_nor_restores_nor_sees_who_was_deleted(
    session: Session, signed_in_as: SignedInAs
) -> None:
    sita, gone = add_beneficiary(session, "Sita"), add_beneficiary(session, "Maya")
    delete(session, gone)
    officer = signed_in_as("Officer")
    for path in ("/deleted", f"/{sita.uuid}/delete", f"/{gone.uuid}/restore"):
        assert officer.get(f"/beneficiaries{path}").status_code == 403
    assert officer.post(f"/beneficiaries/{sita.uuid}/delete", data={"reason": "x"}).status_code == 403
    assert officer.post(f"/beneficiaries/{gone.uuid}/restore").status_code == 403
    assert officer.get(f"/beneficiaries/{gone.uuid}").status_code == 404
    page = officer.get(f"/beneficiaries/{sita.uuid}").text
    assert f"{sita.uuid}/edit" in page
    assert f"{sita.uuid}/delete" not in page
    viewer = signed_in_as("Viewer")
    page = viewer.get(f"/beneficiaries/{sita.uuid}").text
    for path in ("edit", "delete", "verify"):
        assert f"{sita.uuid}/{path}" not in page
    assert viewer.post(f"/beneficiaries/{sita.uuid}/verify").status_code == 403


def test_C3_C4_who_manages_some_projects_finds_their_own_deleted_people_and_no_others(
    app: Flask, session: Session
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    own = add_beneficiary(session, "Own Person", projects=[north])
    foreign = add_beneficiary(session, "Foreign Person", projects=[south])
    user = add_user_with(session, "limited", rules=())
    assign_role(session, user, "Manager", projects=[north.uuid])
    limited = enter_as(app.test_client(), session, user)
    for path in (f"/beneficiaries/{foreign.uuid}", f"/beneficiaries/{uuid4()}"):
        assert limited.get(f"{path}/delete").status_code == 404
        assert limited.post(f"{path}/delete", data={"reason": "x"}).status_code == 404
        assert limited.post(f"{path}/verify").status_code == 404
    assert foreign.deleted_at is None
    delete(session, own, foreign)
    listed = limited.get(DELETED).text
    assert "Own Person" in listed
    assert "Foreign" not in listed
    assert limited.get(f"/beneficiaries/{foreign.uuid}/restore").status_code == 404
    assert limited.post(f"/beneficiaries/{foreign.uuid}/restore").status_code == 404
    assert limited.post(f"/beneficiaries/{own.uuid}/restore").status_code == 303
    assert limited.get(f"/beneficiaries/{own.uuid}").status_code == 200


def test_somebody_is_verified_and_it_is_taken_back(session: Session, signed_in_as: SignedInAs) -> None:
    sita, officer = add_beneficiary(session, "Sita"), signed_in_as("Officer")
    page = f"/beneficiaries/{sita.uuid}"
    for verb, verified, button in (("verify", True, "Unverify"), ("unverify", False, "Verify")):
        for _ in range(2):
            assert officer.post(f"{page}/{verb}").location == page
        assert sita.is_verified is verified
        assert f"<span>{button}</span>" in officer.get(page).text
    assert sita.version == 1
    changed = select(func.count()).where(
        AuditEntry.table_name == "tbl_beneficiaries", AuditEntry.action == "UPDATE"
    )
    assert session.scalar(changed) == 2


def test_the_list_of_deleted_people_is_paged_and_costs_the_same_for_many(
    session: Session, manager: FlaskClient
) -> None:
    costs = []
    for number in (2, 60):
        delete(session, *(add_beneficiary(session, f"Person {at}") for at in range(number)))
        with statements() as sent:
            page = manager.get(DELETED).text
        costs.append(len(sent))
    assert costs == [3, 3]
    shown = set(re.findall(r"/beneficiaries/([0-9a-f-]{36})/restore", page))
    following = re.search(r'href="([^"]*at=[^"]*)"', page)
    assert len(shown) == 50
    assert following
    rest = manager.get(following[1].replace("&amp;", "&")).text
    assert len(shown | set(re.findall(r"/beneficiaries/([0-9a-f-]{36})/restore", rest))) == 62


def test_the_restore_page_costs_the_same_for_many_that_are_alike(
    session: Session, manager: FlaskClient
) -> None:
    gone, costs = add_beneficiary(session, "Sita Tharu", govt_id="1"), []
    path = f"/beneficiaries/{gone.uuid}/restore"
    delete(session, gone)
    for number in (1, 4):
        for _ in range(number):
            add_beneficiary(session, "Sita Tharu", govt_id="1")
        session.commit()
        with statements() as sent:
            assert manager.get(path).status_code == 200
        costs.append(len(sent))
    assert costs == [6, 6]
