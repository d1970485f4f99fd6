"""The pages of roles: the list, one role, making and editing it, deleting it."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Permission, Role, User, UserRole
from portal.users.operations.assignments import assign_role
from tests.factories import add_project, add_user_with, enter_as
from tests.users.role_forms import NOT_MINORS, READS, edit, held_by, role_called, rules_in, typed

pytestmark = pytest.mark.database


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
