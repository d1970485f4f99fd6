"""Phone and government id are masked for everybody, and shown on demand: where it is due, for a purpose, on record."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.audit import budget
from portal.audit.models import AuditEntry, AuditWords
from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Rule
from portal.messages.models import Message
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_project, add_user_with

pytestmark = pytest.mark.database

PHONE, SHOWN, MASKED, GOVT_ID = "+9779876501234", "987-6501234", "+977••••234", "ZQX-4711-0815"
WHY = {"purpose": "Calling the person"}
READS = [Rule("read", "Beneficiary"), Rule("read", "BeneficiaryPii")]
REVEALS = Rule("reveal", "BeneficiaryPii")


@pytest.fixture
def person(session: Session) -> Beneficiary:
    return add_beneficiary(session, "Quetzalina", PHONE, govt_id=GOVT_ID, email="q@example.net")


def entries(session: Session, action: str) -> list[AuditEntry]:
    return list(
        session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    )


def reveal(client: FlaskClient, person: Any, headers: dict[str, str] | None = None, **data: str) -> Any:
    return client.post(f"/beneficiaries/{person.uuid}/reveal", data={**WHY, **data}, headers=headers)


@pytest.mark.parametrize("role", ["Admin", "Manager", "Officer", "Supervisor", "Approver", "Viewer"])
def test_F2_the_persons_page_masks_phone_and_id_for_everybody(
    signed_in_as: SignedInAs, person: Beneficiary, role: str
) -> None:
    page = signed_in_as(role).get(f"/beneficiaries/{person.uuid}").text
    assert MASKED in page
    for secret in (SHOWN, PHONE, "6501", GOVT_ID, "4711"):
        assert secret not in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_F2_F3_showing_them_is_a_post_with_a_purpose_that_is_on_record(
    session: Session, manager: FlaskClient, person: Beneficiary, headers: dict[str, str]
) -> None:
    answer = reveal(manager, person, headers)
    assert answer.status_code == 200
    assert SHOWN in re.sub(r"\s", "", answer.text) or SHOWN.replace("-", "") in re.sub(r"\D", "", answer.text)
    assert GOVT_ID in answer.text
    assert ("<html" in answer.text) is not bool(headers)
    assert answer.headers["Cache-Control"] == "no-store"
    (entry,) = entries(session, "REVEAL")
    assert entry.actor is not None
    assert (entry.table_name, entry.record_id) == ("tbl_beneficiaries", str(person.uuid))
    assert entry.details == {"rows": 1, "fields": ["phone", "govt_id"], "purpose": "Calling the person"}
    assert GOVT_ID not in manager.get(f"/beneficiaries/{person.uuid}").text, "shown once"


def test_F2_it_cannot_be_had_by_get(manager: FlaskClient, person: Beneficiary) -> None:
    answer = manager.get(f"/beneficiaries/{person.uuid}/reveal")
    assert answer.status_code == 405
    assert GOVT_ID not in answer.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"purpose": ""}, "purpose"), ({"purpose": "x"}, "purpose"), ({"purpose": "other"}, "purpose_other")],
)
def test_F3_without_a_purpose_nothing_is_shown(
    session: Session, manager: FlaskClient, person: Beneficiary, typed: dict[str, str], field: str
) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = reveal(manager, person, headers, **typed)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert GOVT_ID not in answer.text
    assert entries(session, "REVEAL") == []


def test_F2_who_may_read_but_not_reveal_is_refused_and_not_offered_it(
    session: Session, signed_in_as: SignedInAs, person: Beneficiary
) -> None:
    for client in (signed_in_as(*READS), signed_in_as("Viewer")):
        assert "reveal" not in client.get(f"/beneficiaries/{person.uuid}").text
        answer = reveal(client, person)
        assert answer.status_code == 403
        assert GOVT_ID not in answer.text
    assert "reveal" in signed_in_as(*READS, REVEALS).get(f"/beneficiaries/{person.uuid}").text
    assert entries(session, "REVEAL") == []


def test_C4_who_may_reveal_in_one_project_gets_nothing_of_another(
    session: Session, signed_in_as: SignedInAs
) -> None:
    mine, theirs = add_project(session, "Mine"), add_project(session, "Theirs")
    own = add_beneficiary(session, "Own", projects=[mine], govt_id="OWN-1")
    foreign = add_beneficiary(session, "Foreign", projects=[theirs], govt_id="FOREIGN-1")
    within = Rule("reveal", "BeneficiaryPii", conditions={"projectId": str(mine.uuid)})
    client = signed_in_as(*READS, within)
    assert "OWN-1" in reveal(client, own).text
    for uuid in (foreign.uuid, uuid4()):
        answer = client.post(f"/beneficiaries/{uuid}/reveal", data=WHY)
        assert answer.status_code == 404
    assert "reveal" not in client.get(f"/beneficiaries/{foreign.uuid}").text
    assert len(entries(session, "REVEAL")) == 1


def test_who_has_neither_phone_nor_id_has_nothing_to_show(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Maya", f"none:{uuid4()}")
    page = manager.get(f"/beneficiaries/{person.uuid}").text
    assert "No phone" in page
    assert "reveal" not in page


def test_searching_by_a_masked_phone_or_id_still_finds_the_person(
    manager: FlaskClient, person: Beneficiary
) -> None:
    for typed in ("98765012", "4711"):
        assert str(person.uuid) in manager.get(f"/beneficiaries?q={typed}").text


def test_F3_looking_at_a_persons_data_is_on_record(
    session: Session, signed_in_as: SignedInAs, person: Beneficiary
) -> None:
    signed_in_as("Officer").get(f"/beneficiaries/{person.uuid}")
    (entry,) = entries(session, "READ")
    assert entry.actor is not None
    assert entry.record_id == str(person.uuid)
    shown, page = ["name", "email"], "beneficiaries.show_beneficiary"
    assert entry.details == {"rows": 1, "fields": shown, "endpoint": page}
    signed_in_as("Viewer").get(f"/beneficiaries/{person.uuid}")
    assert len(entries(session, "READ")) == 1, "who sees nothing personal has read nothing personal"


def test_the_purpose_is_remembered_for_the_next_time(
    session: Session, manager: FlaskClient, person: Beneficiary
) -> None:
    address = f"/beneficiaries/{person.uuid}"
    assert 'selected value="Calling' not in manager.get(address).text
    reveal(manager, person, purpose="other", purpose_other="Visiting at home")
    page = manager.get(address).text
    assert '<option selected value="Visiting at home">' in page
    reveal(manager, person, purpose="Visiting at home")
    last = entries(session, "REVEAL")[-1]
    assert session.get_one(AuditWords, last.id).words == "Visiting at home"


def test_F6_own_words_about_a_purpose_stand_apart_from_the_log_and_show_in_it(
    session: Session, manager: FlaskClient, person: Beneficiary, signed_in_as: SignedInAs
) -> None:
    reveal(manager, person, purpose="other", purpose_other="To ask Sita of Ward 4")
    (entry,) = entries(session, "REVEAL")
    assert (entry.details or {})["purpose"] == "(own words)"
    assert "Ward 4" not in str(session.execute(text("SELECT l::text FROM tbl_audit_log l")).all())
    history = f"/beneficiaries/{person.uuid}/history"
    assert "To ask Sita of Ward 4" in signed_in_as("Admin").get(history).text
    erased = 'UPDATE tbl_audit_words SET words = NULL, salt = NULL, "erasedAt" = now()'
    session.execute(text(erased))
    page = signed_in_as("Admin").get(history).text
    assert "Ward 4" not in page
    assert "(erased)" in page


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three reveals an hour, to try what five hundred would."""
    monkeypatch.setattr(budget.REVEALS, "most", 3)
    return 3


def test_F4_five_hundred_reveals_an_hour_are_the_most() -> None:
    assert (budget.REVEALS.most, budget.HOUR) == (500, 3_600)


def test_F4_one_reveal_too_many_is_refused_and_the_administrators_are_warned_once(
    session: Session, manager: FlaskClient, person: Beneficiary, few: int, signed_in_as: SignedInAs
) -> None:
    add_user_with(session, "asha", "Admin")
    add_user_with(session, "chandra", "Admin")
    assert [reveal(manager, person).status_code for _ in range(few)] == [200] * few
    for _ in range(3):
        answer = reveal(manager, person)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 3_000
        assert GOVT_ID not in answer.text
    (alert,) = entries(session, "REVEAL_LIMIT")
    assert (alert.details, alert.actor) == ({"limit": few}, entries(session, "REVEAL")[0].actor)
    assert len(entries(session, "REVEAL")) == few
    messages = session.scalars(select(Message).where(Message.purpose == "reveal-limit")).all()
    assert sorted(str(message.to) for message in messages) == ["asha@example.org", "chandra@example.org"]
    assert reveal(signed_in_as("Manager"), person).status_code == 200, "each has a budget of their own"


def test_F4_one_file_too_many_in_an_hour_is_refused_and_the_administrators_are_warned_once(
    session: Session, manager: FlaskClient, person: Beneficiary, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert budget.EXPORTS.most == 60
    monkeypatch.setattr(budget.EXPORTS, "most", 2)
    add_user_with(session, "asha", "Admin")
    form = {"format": "csv", "columns": ["name"], "purpose": "Reporting"}
    answers = [manager.post("/beneficiaries/export", data=form, buffered=True) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert PHONE not in answers[2].text
    assert [entry.details for entry in entries(session, "EXPORT_LIMIT")] == [{"limit": 2}]
    assert len(entries(session, "EXPORT")) == 2
    (warning,) = session.scalars(select(Message).where(Message.purpose == "export-limit")).all()
    assert warning.to == "asha@example.org"


def test_the_page_takes_as_many_statements_as_it_did_and_one_for_the_record(
    manager: FlaskClient, person: Beneficiary
) -> None:
    with statements() as sent:
        manager.get(f"/beneficiaries/{person.uuid}")
    inserts = [statement for statement in sent if statement.startswith("INSERT")]
    assert len(inserts) == 1
    assert len(sent) == 4


def limit_exports(session: Session, role: str, limit: int | None) -> None:
    session.execute(
        text('UPDATE tbl_auth_roles SET "exportLimit" = :limit WHERE name = :role'),
        {"limit": limit, "role": role},
    )
    session.commit()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_F3_an_export_above_the_roles_limit_is_refused_before_anything_is_sent(
    session: Session, signed_in_as: SignedInAs, kind: str
) -> None:
    for name in ("Sita", "Maya", "Bina"):
        add_beneficiary(session, name)
    client = signed_in_as("Manager")
    limit_exports(session, "Manager", 2)
    form = {"format": kind, "columns": ["name"], "purpose": "Reporting"}
    refused = client.post("/beneficiaries/export", data=form)
    assert refused.status_code == 422
    assert "2 rows in one file, and these are 3" in refused.text
    assert "Maya" not in refused.text
    assert entries(session, "EXPORT") == []
    narrowed = client.post("/beneficiaries/export?q=maya", data=form, buffered=True)
    assert narrowed.status_code == 200
    (entry,) = entries(session, "EXPORT")
    assert (entry.details or {})["rows"] == 1


def test_F3_of_several_roles_the_one_that_allows_most_counts_and_only_if_it_exports(
    session: Session, signed_in_as: SignedInAs
) -> None:
    from portal.users.models import User
    from portal.users.operations.assignments import assign_role
    from portal.users.queries.exports import export_limit

    signed_in_as("Manager")
    user = session.scalars(select(User).order_by(User.id.desc())).first()
    assert user is not None

    def limit() -> int | None:
        return export_limit(session, user.id, "export", "Beneficiary")

    assert limit() is None
    limit_exports(session, "Manager", 10)
    assign_role(session, user, "Viewer")
    assert limit() == 10, "a role that exports nothing lifts no limit"
    assign_role(session, user, "Admin")
    assert limit() is None
    limit_exports(session, "Admin", 50)
    assert limit() == 50
    session.execute(text("UPDATE tbl_users_roles SET expiry = now() - interval '1 day'"))
    assert limit() == 0
