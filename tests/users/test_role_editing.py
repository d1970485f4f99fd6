"""Making and editing roles: ticks and rows, what is refused, what somebody else saved meanwhile."""

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Role, User
from tests.beneficiaries.naughty import NAUGHTY
from tests.users.role_forms import NOT_MINORS, READS, edit, errors_in, held_by, role_called, rules_in, typed

pytestmark = pytest.mark.database


def test_a_role_is_made_with_ticks_and_rules_in_order(
    session: Session, client: FlaskClient, admin: User
) -> None:
    form = typed(
        "Registrar",
        ["read:Beneficiary", "export:Beneficiary"],
        [NOT_MINORS, Rule("manage", "Project", conditions={"uuid": {"$in": "${user.projects}"}})],
        expiry="2031-05-01T10:00",
        demands_second_factor="y",
        export_limit="500",
    )
    assert client.post("/roles/new", data=form).status_code == 303
    role = role_called(session, "Registrar")
    assert rules_in(session, "Registrar") == [
        READS,
        Rule("export", "Beneficiary"),
        NOT_MINORS,
        Rule("manage", "Project", conditions={"uuid": {"$in": "${user.projects}"}}),
    ]
    assert (role.is_system, role.created_by, role.version) == (False, admin.id, 1)
    assert (role.demands_second_factor, role.export_limit) == (True, 500)
    assert role.expiry == dt.datetime(2031, 5, 1, 10, tzinfo=dt.UTC)
    page = client.get(f"/roles/{role.id}").text
    said = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "What it allows Beneficiaries See , Export Further rules In this order" in said
    assert "may not Beneficiaries: See read Beneficiary where" in said
    assert "Ask the supervisor." in page
    assert "Nobody." in page


def test_opening_and_saving_a_role_changes_none_of_its_rules(
    session: Session, client: FlaskClient, admin: User
) -> None:
    """Ticks and rows mean the same as the rules did, in whatever order these stood."""
    rules = [
        READS,
        NOT_MINORS,
        READS,
        Rule("read", "Beneficiary", conditions={"age": 5}),
        Rule("read", "Odd"),
    ]
    held_by(session, "asha", *rules)
    page = client.get(f"/roles/{role_called(session, 'Role of asha').id}/edit").text
    assert len(re.findall('value="read:Beneficiary"[^>]* checked', page)) == 1
    assert 'value="Odd"' in page
    answer = edit(client, session, "Role of asha", ticks=["read:Beneficiary"], rows=rules[1:])
    assert answer.status_code == 303
    assert rules_in(session, "Role of asha") == rules


@pytest.mark.parametrize("system", list("MOVSA"))
def test_the_roles_of_the_setup_fit_into_ticks_and_rows(
    session: Session, client: FlaskClient, admin: User, system: str
) -> None:
    names = {"M": "Manager", "O": "Officer", "V": "Vendor", "S": "Supervisor", "A": "Approver"}
    page = client.get(f"/roles/{role_called(session, names[system]).id}/edit").text
    ticked, rows = page.count("checked>"), page.count("<legend>Rule ")
    rules = rules_in(session, names[system])
    assert (ticked, rows) == (
        sum(rule.conditions is None for rule in rules),
        sum(rule.conditions is not None for rule in rules),
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "Enter a name."),
        ({"name": "x" * 101}, "Field cannot be longer than 100 characters."),
        ({"name": "a\0b"}, "This text holds a character that cannot be stored."),
        ({"name": "viewer"}, "There is a role of this name already."),
        ({"expiry": "tomorrow"}, "Not a valid datetime value."),
        ({"expiry": "0001-01-01T00:00"}, "Enter a year from 2000 to 2200."),
        ({"export_limit": "many"}, "Not a valid integer value."),
        ({"export_limit": "-1"}, "Enter a number from 0 to 10,000,000."),
        ({"export_limit": "99999999999999999999"}, "Enter a number from 0 to 10,000,000."),
        ({"allow": ["read:Everywhere"]}, "is not a valid choice"),
        (
            {"rules-0-action": "read", "rules-0-subject": "x y", "rules-0-effect": "may"},
            "Choose one from the list.",
        ),
        (
            {"rules-0-action": "read", "rules-0-subject": "Job", "rules-0-effect": "perhaps"},
            "Not a valid choice",
        ),
        (
            {
                "rules-0-effect": "may",
                "rules-0-action": "read",
                "rules-0-subject": "Beneficiary",
                "rules-0-conditions": '{"$or": [{"age": 1}, {"salary": 5}]}',
            },
            "At $or[1].salary: There is no field salary.",
        ),
        (
            {
                "rules-0-effect": "may",
                "rules-0-action": "read",
                "rules-0-subject": "Beneficiary",
                "rules-0-reason": "r" * 501,
            },
            "Field cannot be longer than 500 characters.",
        ),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_nothing_is_lost(
    session: Session, client: FlaskClient, admin: User, form: dict[str, Any], said: str
) -> None:
    before = session.scalar(select(func.count()).select_from(Role))
    answer = client.post("/roles/new", data={**typed("Kept as typed"), **form})
    assert answer.status_code == 422
    assert any(said in error for error in errors_in(answer.text)), errors_in(answer.text)
    if "name" not in form:
        assert 'value="Kept as typed"' in answer.text
    assert session.scalar(select(func.count()).select_from(Role)) == before


def test_rows_are_added_moved_and_removed_without_saving(
    session: Session, client: FlaskClient, admin: User
) -> None:
    rows = [Rule("read", "Job"), Rule("update", "Job"), Rule("delete", "User")]

    def order_after(do: str) -> list[str]:
        answer = client.post("/roles/new", data={**typed("Half done", ["read:Stat"], list(rows)), "do": do})
        assert answer.status_code == 200
        assert 'value="Half done"' in answer.text
        assert re.search('value="read:Stat"[^>]* checked', answer.text)
        return re.findall(
            r'name="rules-\d+-action">.*?<option selected value="(\w+)">', answer.text, re.DOTALL
        )

    assert order_after("up-1") == ["update", "read", "delete"]
    assert order_after("down-1") == ["read", "delete", "update"]
    assert order_after("remove-0") == ["update", "delete"]
    assert order_after("add") == ["read", "update", "delete", "read"]
    for nonsense in (
        "up-0",
        "down-2",
        "up-99",
        "remove-x",
        "remove--1",
        "dance",
        "up-²",
        "remove-" + "9" * 400,
    ):
        assert order_after(nonsense) == ["read", "update", "delete"]
    assert session.scalar(select(Role.id).where(Role.name == "Half done")) is None


def test_more_rows_than_a_role_can_have_are_refused(
    session: Session, client: FlaskClient, admin: User
) -> None:
    answer = client.post("/roles/new", data=typed("Long", [], [Rule("read", "Job")] * 101))
    assert answer.status_code == 422
    assert session.scalar(select(Role.id).where(Role.name == "Long")) is None


def test_E5_a_stale_form_is_refused_with_both_shown_and_nothing_lost(
    session: Session, client: FlaskClient, admin: User
) -> None:
    held_by(session, "asha", READS)
    assert edit(client, session, "Role of asha", ticks=["read:Job"], export_limit="7").status_code == 303
    stale = edit(
        client, session, "Role of asha", ticks=["read:Stat"], rows=[NOT_MINORS], export_limit="9", version=1
    )
    assert stale.status_code == 409
    text_of = " ".join(stale.text.split())
    assert "Somebody changed this role while you did." in text_of
    assert "Most rows in one export: <bdi>7</bdi>" in text_of
    assert "Saved, and not in your form:" in text_of
    assert "read Job" in text_of
    assert 'value="9"' in text_of
    assert re.search('value="read:Stat"[^>]* checked', text_of)
    assert "Ask the supervisor." in text_of
    assert rules_in(session, "Role of asha") == [Rule("read", "Job")]
    assert 'name="version" type="hidden" value="2"' in stale.text
    again = edit(client, session, "Role of asha", ticks=["read:Stat"], rows=[NOT_MINORS], export_limit="9")
    assert again.status_code == 303
    assert rules_in(session, "Role of asha") == [Rule("read", "Stat"), NOT_MINORS]


@pytest.mark.parametrize("version", ["", "0", "-1", "1.0", "x", "²", "9" * 30])
def test_E5_the_version_is_not_optional(
    session: Session, client: FlaskClient, admin: User, version: str
) -> None:
    held_by(session, "asha", READS)
    assert edit(client, session, "Role of asha", ticks=["read:Job"], version=version).status_code == 409
    assert rules_in(session, "Role of asha") == [READS]


def test_C7_fields_that_a_form_does_not_have_change_nothing(
    session: Session, client: FlaskClient, admin: User
) -> None:
    extra = {
        "is_system": "y",
        "isSystem": "1",
        "id": "1",
        "created_by": "999",
        "createdBy": "999",
        "updatedBy": "9",
    }
    assert client.post("/roles/new", data={**typed("Plain"), **extra}).status_code == 303
    assert edit(client, session, "Plain", ticks=["read:Job"], **extra).status_code == 303
    role = role_called(session, "Plain")
    assert (role.is_system, role.created_by, role.updated_by) == (False, admin.id, admin.id)


def test_a_role_of_the_setup_keeps_its_name_and_has_no_end(
    session: Session, client: FlaskClient, admin: User
) -> None:
    for form, said in (
        ({"called": "Watcher"}, "keeps its name"),
        ({"expiry": "2031-01-01T00:00"}, "has no end"),
    ):
        answer = edit(client, session, "Viewer", **form)
        assert answer.status_code == 422
        assert any(said in error for error in errors_in(answer.text))
    viewer = role_called(session, "Viewer")
    assert (viewer.expiry, viewer.updated_by, viewer.version) == (None, None, 1)


def test_its_rules_may_change_and_then_stay_so(session: Session, client: FlaskClient, admin: User) -> None:
    from portal.users.operations.roles import ensure_system_roles

    assert edit(client, session, "Viewer", ticks=["read:Project"]).status_code == 303
    assert role_called(session, "Viewer").updated_by == admin.id
    assert ensure_system_roles(session) == []
    assert rules_in(session, "Viewer") == [Rule("read", "Project")]


def test_a_second_factor_demanded_of_a_setup_role_leaves_its_rules_to_newer_versions(
    session: Session, client: FlaskClient, admin: User
) -> None:
    rules = rules_in(session, "Vendor")
    assert edit(client, session, "Vendor", rows=rules, demands_second_factor="y").status_code == 303
    vendor = role_called(session, "Vendor")
    assert (vendor.demands_second_factor, vendor.updated_by, vendor.version) == (True, None, 2)


def test_D2_whatever_is_written_into_a_role_comes_back_as_it_was(
    session: Session, client: FlaskClient, admin: User
) -> None:
    texts = [text for text in NAUGHTY if text.strip() and len(text) <= 100 and "\0" not in text]
    assert len(texts) > 50
    for number, first in enumerate(range(0, len(texts), 50)):
        some = [as_sent(text) for text in texts[first : first + 50]]
        rules = [
            Rule("read", "Beneficiary", True, {"location": text} if "${" not in text else None, text)
            for text in some
        ]
        name = f"{some[0]}{number}"
        answer = client.post("/roles/new", data=typed(name, [], rules))
        assert answer.status_code == 303, errors_in(answer.text)
        assert rules_in(session, name) == rules
        role = role_called(session, name)
        assert edit(client, session, name, rows=rules).status_code == 303
        assert rules_in(session, name) == rules
        for page in (f"/roles/{role.id}", f"/roles/{role.id}/edit", f"/roles/{role.id}/delete", "/roles"):
            shown = client.get(page)
            assert shown.status_code == 200
            assert "<script>alert" not in shown.text
            assert "<img src=x" not in shown.text


def as_sent(text: str) -> str:
    """A text as a browser's field sends it: on one line, without blanks around it."""
    return re.sub(r"[\r\n]+", " ", text).strip()
