"""The pages of roles: the list, one role, making and editing it, deleting it."""

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Permission, Role, User, UserRole
from portal.users.operations.assignments import assign_role
from tests.factories import add_project, add_user_with, enter_as
from tests.users.role_forms import edit, errors_in, role_called, rules_in, typed

pytestmark = pytest.mark.database

READS = Rule("read", "Beneficiary")
NOT_MINORS = Rule("read", "Beneficiary", True, {"age": {"$lt": 18}}, "Ask the supervisor.")


@pytest.fixture
def admin(session: Session, client: FlaskClient) -> User:
    """An administrator, signed in."""
    user = add_user_with(session, "admin", "Admin")
    enter_as(client, session, user)
    return user


def held_by(session: Session, name: str, *rules: Rule) -> User:
    """Somebody with a role of these rules, which is called "Role of `name`"."""
    return add_user_with(session, name, None, rules)


def test_the_list_says_who_holds_what_kind_of_role(
    session: Session, client: FlaskClient, admin: User
) -> None:
    held_by(session, "asha", READS)
    role = role_called(session, "Role of asha")
    role.demands_second_factor, role.export_limit = True, 1_234
    add_user_with(session, "gone", "Viewer").deleted_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    session.commit()
    page = client.get("/roles").text
    rows = {row.split("</bdi>")[0].rsplit("<bdi>")[-1]: row for row in page.split("<tr>")[2:]}
    assert "demanded" in rows["Role of asha"]
    assert "1,234" in rows["Role of asha"]
    assert "Came with the portal" not in rows["Role of asha"]
    assert "Came with the portal" in rows["Viewer"]
    assert 'data-label="Held by" class="end">0<' in rows["Viewer"].replace("\n", "").replace("  ", "")
    assert 'class="end">1<' in rows["Role of asha"].replace("\n", "").replace("  ", "")


@pytest.mark.parametrize(
    ("address", "statements"), [("/roles", 3), ("/roles/{id}", 4), ("/roles/{id}/edit", 3), ("/roles/new", 1)]
)
def test_each_page_asks_the_database_a_fixed_number_of_times(
    session: Session, client: FlaskClient, admin: User, address: str, statements: int
) -> None:
    held_by(session, "asha", *[READS] * 30)
    role = role_called(session, "Role of asha")
    for number in range(5):
        assign_role(session, add_user_with(session, f"holder{number}", "Viewer"), role.name)
    session.commit()
    asked = address.format(id=role.id)
    client.get(asked)
    seen: list[str] = []
    connection = session.connection()

    def note(*given: Any) -> None:
        if not given[2].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(given[2])

    event.listen(connection, "before_cursor_execute", note)
    assert client.get(asked).status_code == 200
    event.remove(connection, "before_cursor_execute", note)
    assert len(seen) == statements, seen


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


def test_a_stale_form_is_refused_with_both_shown_and_nothing_lost(
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
def test_the_version_is_not_optional(
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


def test_a_role_of_the_setup_is_never_deleted(session: Session, client: FlaskClient, admin: User) -> None:
    viewer = role_called(session, "Viewer")
    answer = client.post(f"/roles/{viewer.id}/delete")
    assert answer.status_code == 422
    assert "cannot be deleted" in answer.text
    assert role_called(session, "Viewer").id == viewer.id
    assert f"/roles/{viewer.id}/delete" not in client.get(f"/roles/{viewer.id}").text


def test_a_role_in_use_is_deleted_only_when_that_is_said_and_names_who_has_it(
    session: Session, client: FlaskClient, admin: User
) -> None:
    user = held_by(session, "asha", READS)
    role_id = role_called(session, "Role of asha").id
    refused = client.post(f"/roles/{role_id}/delete")
    assert refused.status_code == 422
    assert "Asha" in refused.text
    assert "Take it from 1 person and delete it" in refused.text
    assert rules_in(session, "Role of asha") == [READS]
    late = add_user_with(session, "late", "Viewer")
    assign_role(session, late, "Role of asha")
    session.commit()
    changed = client.post(f"/roles/{role_id}/delete", data={"take": "yes", "seen": str(user.id)})
    assert changed.status_code == 409
    assert "Late" in changed.text
    seen = f"{user.id} {late.id}"
    assert client.post(f"/roles/{role_id}/delete", data={"take": "yes", "seen": seen}).status_code == 303
    session.expire_all()
    assert session.get(Role, role_id) is None
    assert session.scalar(select(func.count()).where(UserRole.role_id == role_id)) == 0
    assert session.scalar(select(func.count()).where(Permission.role_id == role_id)) == 0
    assert "Role of asha is deleted" in client.get("/roles").text


def test_a_role_nobody_holds_goes_with_one_press(session: Session, client: FlaskClient, admin: User) -> None:
    client.post("/roles/new", data=typed("Short", ["read:Job"]))
    role_id = role_called(session, "Short").id
    assert "Nobody has this role" in client.get(f"/roles/{role_id}/delete").text
    assert client.post(f"/roles/{role_id}/delete").status_code == 303
    session.expire_all()
    assert session.get(Role, role_id) is None


@pytest.mark.parametrize("path", ["", "/edit", "/delete"])
def test_C3_a_role_one_may_not_see_is_as_unknown_as_none(
    session: Session, client: FlaskClient, path: str
) -> None:
    rules = [
        Rule(action, "Role", conditions={"name": "Viewer"})
        for action in ("read", "update", "delete", "create")
    ]
    enter_as(client, session, held_by(session, "narrow", *rules))
    viewer, officer = role_called(session, "Viewer").id, role_called(session, "Officer").id
    assert client.get(f"/roles/{viewer}{path}").status_code == 200
    unknown, foreign = client.get(f"/roles/2147483647{path}"), client.get(f"/roles/{officer}{path}")
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert client.get(f"/roles/99999999999999999999{path}").status_code == 404
    if path:
        assert client.post(f"/roles/{officer}{path}").status_code == 404
    else:
        page = client.get("/roles").text
        assert "Viewer" in page
        assert "Officer" not in page
        assert client.get(f"/roles/new?like={officer}").status_code == 404


@pytest.mark.parametrize("role", ["Manager", "Officer", "Viewer", "Vendor"])
def test_C2_only_who_may_gets_to_make_and_change_roles(
    session: Session, client: FlaskClient, role: str
) -> None:
    enter_as(client, session, add_user_with(session, "somebody", role))
    viewer = role_called(session, "Viewer").id
    reads = 200 if role == "Manager" else 403
    assert client.get("/roles").status_code == reads
    assert client.get(f"/roles/{viewer}").status_code == reads
    assert client.get("/roles/try").status_code == reads
    for path in ("/roles/new", f"/roles/{viewer}/edit", f"/roles/{viewer}/delete"):
        assert client.get(path).status_code == 403
        assert client.post(path, data=typed("Mine", ["manage:all"])).status_code == 403


def test_a_saved_role_tells_the_log_only_what_changed(
    session: Session, client: FlaskClient, admin: User
) -> None:
    rules = [Rule("read", "Beneficiary", conditions={"age": number}) for number in range(20)]
    held_by(session, "asha", *rules)
    mark = session.scalar(text("SELECT max(id) FROM tbl_audit_log"))

    def logged(rows: list[Rule]) -> list[str]:
        nonlocal mark
        assert edit(client, session, "Role of asha", rows=rows).status_code == 303
        assert rules_in(session, "Role of asha") == rows
        found = session.execute(
            text(
                "SELECT id, action FROM tbl_audit_log WHERE id > :mark"
                " AND \"tableName\" = 'tbl_auth_permissions' ORDER BY id"
            ),
            {"mark": mark},
        ).all()
        mark = session.scalar(text("SELECT max(id) FROM tbl_audit_log"))
        return [row.action for row in found]

    assert logged(rules[:5] + rules[6:]) == ["DELETE"]
    assert logged(rules[:5] + rules[6:] + [NOT_MINORS]) == ["INSERT"]
    swapped = [rules[1], rules[0], *rules[2:5], *rules[6:], NOT_MINORS]
    assert logged(swapped) == ["UPDATE", "UPDATE"]
    assert logged([]) == ["DELETE"] * 20


def test_the_page_of_a_role_says_until_when_and_where_it_is_held(
    session: Session, client: FlaskClient, admin: User
) -> None:
    user = held_by(session, "asha", READS)
    projects = [add_project(session, name).uuid for name in ("North", "South")]
    assign_role(
        session, user, "Role of asha", until=dt.datetime(2031, 1, 3, tzinfo=dt.UTC), projects=projects
    )
    session.commit()
    page = client.get(f"/roles/{role_called(session, 'Role of asha').id}").text
    assert "in 2 projects" in page
    assert "Jan 3, 2031" in page
