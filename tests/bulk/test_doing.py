"""What an action changes, whom it leaves as they are, and that undoing gives back exactly what was there."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.errors import Refusal
from portal.users.models import User, UserRole
from tests.beneficiaries.conftest import SignedInAs
from tests.bulk.actions import action_at, confirm, done, drafted, undone, work_off
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database

MEMBERS = text(
    'SELECT "beneficiaryId" FROM tbl_grouped_beneficiaries'
    ' WHERE "beneficiaryGroupId" = :it AND "deletedAt" IS NULL'
)
PART_OF = text(
    'SELECT "beneficiaryId" FROM tbl_beneficiaries_projects WHERE "projectId" = :it AND "deletedAt" IS NULL'
)


def members(session: Session, group: UUID) -> set[UUID]:
    return set(session.scalars(MEMBERS, {"it": group}))


def part_of(session: Session, project: UUID) -> set[UUID]:
    return set(session.scalars(PART_OF, {"it": project}))


def touch(session: Session, table: str, person: UUID) -> None:
    """Change a row after the action, as somebody else would."""
    column = "uuid" if table == "tbl_beneficiaries" else '"beneficiaryId"'
    session.execute(
        text(f"UPDATE {table} SET \"updatedAt\" = now() + interval '1 s' WHERE {column} = :it"),
        {"it": person},
    )


def test_people_join_a_group_and_its_open_projects_and_leave_both_again(
    session: Session, manager: FlaskClient
) -> None:
    open_project, closed = add_project(session, "Open"), add_project(session, "Closed", status="CLOSED")
    group = add_group(session, "Mothers", [open_project, closed])
    new, member = add_beneficiary(session, "Sita"), add_beneficiary(session, "Rita", groups=[group])
    already = add_beneficiary(session, "Gita", projects=[open_project])
    people = {new.uuid, member.uuid, already.uuid}
    page = done(session, manager, "JOIN_GROUP", people, group=str(group.uuid))
    assert members(session, group.uuid) == people
    assert part_of(session, open_project.uuid) == {new.uuid, already.uuid}
    assert part_of(session, closed.uuid) == set()
    counts = action_at(session, page).counts
    assert (counts["found"], counts["changed"], counts["same"]) == (3, 2, 1)
    assert undone(session, manager, page).undone == {"restored": 2, "kept": 0}
    assert members(session, group.uuid) == {member.uuid}
    assert part_of(session, open_project.uuid) == {already.uuid}


def test_who_left_a_group_before_joins_it_again_and_undoing_ends_that(
    session: Session, manager: FlaskClient
) -> None:
    group = add_group(session, "Mothers")
    person = add_beneficiary(session, "Sita", groups=[group])
    session.execute(
        text(
            "UPDATE tbl_grouped_beneficiaries SET \"deletedAt\" = '2026-04-01', \"updatedAt\" = '2026-04-01'"
        )
    )
    page = done(session, manager, "JOIN_GROUP", [person.uuid], group=str(group.uuid))
    assert members(session, group.uuid) == {person.uuid}
    undone(session, manager, page)
    assert members(session, group.uuid) == set()


def test_people_leave_a_group_stay_in_its_projects_and_come_back(
    session: Session, manager: FlaskClient
) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers", [project])
    inside = add_beneficiary(session, "Sita", groups=[group], projects=[project])
    outside = add_beneficiary(session, "Rita")
    page = done(session, manager, "LEAVE_GROUP", [inside.uuid, outside.uuid], group=str(group.uuid))
    assert members(session, group.uuid) == set()
    assert part_of(session, project.uuid) == {inside.uuid}
    assert action_at(session, page).counts["same"] == 1
    assert undone(session, manager, page).undone == {"restored": 1, "kept": 0}
    assert members(session, group.uuid) == {inside.uuid}


def test_people_join_and_leave_a_project(session: Session, manager: FlaskClient) -> None:
    project = add_project(session, "Relief")
    one, other = add_beneficiary(session, "Sita"), add_beneficiary(session, "Rita", projects=[project])
    people = {one.uuid, other.uuid}
    joined = done(session, manager, "JOIN_PROJECT", people, project=str(project.uuid))
    assert part_of(session, project.uuid) == people
    undone(session, manager, joined)
    assert part_of(session, project.uuid) == {other.uuid}
    left = done(session, manager, "LEAVE_PROJECT", people, project=str(project.uuid))
    assert part_of(session, project.uuid) == set()
    undone(session, manager, left)
    assert other.uuid in part_of(session, project.uuid)


SETTING: dict[str, tuple[str, dict[str, str], Any, Any]] = {
    "VERIFY": ("is_verified", {}, False, True),
    "UNVERIFY": ("is_verified", {}, True, False),
    "SET_BANKED": ("banked_status", {"value": "BANKED"}, "UNBANKED", "BANKED"),
    "SET_INTERNET": ("internet_status", {"value": "NO_INTERNET"}, "HOME_INTERNET", "NO_INTERNET"),
    "SET_PHONE": ("phone_status", {"value": "SMART_PHONE"}, "NO_PHONE", "SMART_PHONE"),
    "SET_GENDER": ("gender", {"value": "OTHER"}, "FEMALE", "OTHER"),
}


@pytest.mark.parametrize("action", SETTING)
def test_a_field_is_set_and_each_gets_back_what_they_had(
    session: Session, manager: FlaskClient, action: str
) -> None:
    attribute, told, before, after = SETTING[action]
    one = add_beneficiary(session, "Sita", **{attribute: before})
    other = add_beneficiary(session, "Rita")
    same = add_beneficiary(session, "Gita", **{attribute: after})
    had = getattr(session.get_one(Beneficiary, other.id), attribute)
    people = [one.uuid, other.uuid, same.uuid]
    page = done(session, manager, action, people, **told)
    values = [getattr(session.get_one(Beneficiary, person.id), attribute) for person in (one, other, same)]
    assert values == [after] * 3
    counts = action_at(session, page).counts
    assert counts["changed"] + counts["same"] == 3
    assert counts["same"] == (2 if had == after else 1)
    undone(session, manager, page)
    values = [getattr(session.get_one(Beneficiary, person.id), attribute) for person in (one, other, same)]
    assert values == [before, had, after]


def test_people_are_deleted_with_a_reason_and_restored_with_their_groups(
    session: Session, manager: FlaskClient
) -> None:
    group = add_group(session, "Mothers")
    person = add_beneficiary(session, "Sita", groups=[group])
    page = done(session, manager, "DELETE", [person.uuid], reason="Registered twice")
    gone = session.get_one(Beneficiary, person.id)
    assert (gone.deleted_reason, gone.deleted_at is None) == ("Registered twice", False)
    assert gone.deleted_by is not None
    assert members(session, group.uuid) == set()
    assert undone(session, manager, page).undone == {"restored": 1, "kept": 0}
    back = session.get_one(Beneficiary, person.id)
    assert (back.deleted_at, back.deleted_reason) == (None, None)
    assert members(session, group.uuid) == {person.uuid}


CHANGED_SINCE = {
    "JOIN_GROUP": "tbl_grouped_beneficiaries",
    "LEAVE_GROUP": "tbl_grouped_beneficiaries",
    "JOIN_PROJECT": "tbl_beneficiaries_projects",
    "LEAVE_PROJECT": "tbl_beneficiaries_projects",
    "SET_GENDER": "tbl_beneficiaries",
    "VERIFY": "tbl_beneficiaries",
    "DELETE": "tbl_beneficiaries",
}


@pytest.mark.parametrize("action", CHANGED_SINCE)
def test_whom_somebody_changed_since_stays_as_they_are_and_is_told(
    session: Session, manager: FlaskClient, action: str
) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers")
    inside: dict[str, Any] = {"groups": [group], "projects": [project]} if "LEAVE" in action else {}
    people = [add_beneficiary(session, name, gender="FEMALE", **inside).uuid for name in ("Sita", "Rita")]
    told: dict[str, str] = {}
    if "GROUP" in action or "PROJECT" in action:
        told = {"group": str(group.uuid)} if "GROUP" in action else {"project": str(project.uuid)}
    if action in {"SET_GENDER", "DELETE"}:
        told = {"value": "OTHER"} if action == "SET_GENDER" else {"reason": "Twice"}
    page = done(session, manager, action, people, **told)
    touch(session, CHANGED_SINCE[action], people[0])
    assert undone(session, manager, page).undone == {"restored": 1, "kept": 1}
    assert "1 was changed by somebody afterwards" in manager.get(page).text


def test_the_filter_is_asked_anew_when_the_work_is_done_and_the_page_says_that_the_number_differs(
    session: Session, manager: FlaskClient
) -> None:
    group = add_group(session, "Mothers")
    for number in range(3):
        add_beneficiary(session, f"Woman {number}", gender="FEMALE")
    address = "/beneficiaries?gender=FEMALE"
    page = drafted(manager, "JOIN_GROUP", everybody=address, group=str(group.uuid))
    confirm(manager, page)
    late = add_beneficiary(session, "Late", gender="FEMALE")
    assert action_at(session, page).expected == 3
    assert work_off(session, page).counts["changed"] == 4
    assert late.uuid in members(session, group.uuid)
    text_of_page = manager.get(page).text
    assert "It said 3, and 4 were changed" in text_of_page


def test_C4_nobody_is_changed_whom_whoever_acts_may_not_change(
    session: Session, signed_in_as: SignedInAs
) -> None:
    from portal.core.abilities import Rule

    officer = signed_in_as(
        Rule("read", "Beneficiary"),
        Rule("update", "Beneficiary", conditions={"gender": "FEMALE"}),
        Rule("create", "BulkAction"),
        Rule("read", "BulkAction"),
        Rule("update", "BulkAction"),
    )
    woman = add_beneficiary(session, "Sita", gender="FEMALE")
    man = add_beneficiary(session, "Hari", gender="MALE")
    page = drafted(officer, "VERIFY", everybody="/beneficiaries")
    assert "You may not change them" in officer.get(page).text
    confirm(officer, page)
    counts = work_off(session, page).counts
    assert (counts["changed"], counts["forbidden"]) == (1, 1)
    assert counts["named"] == {"forbidden": [str(man.uuid)]}
    assert session.get_one(Beneficiary, woman.id).is_verified
    assert not session.get_one(Beneficiary, man.id).is_verified
    assert f"people={man.uuid}" in officer.get(page).text


def test_C4_people_out_of_sight_are_not_found_though_their_uuids_are_sent(
    session: Session, signed_in_as: SignedInAs
) -> None:
    from portal.core.abilities import Rule

    seen, unseen = add_beneficiary(session, "Sita", gender="FEMALE"), add_beneficiary(session, "Hari")
    rules = [Rule(action, "Beneficiary", conditions={"gender": "FEMALE"}) for action in ("read", "update")]
    own = [Rule(action, "BulkAction") for action in ("create", "read", "update")]
    page = done(session, signed_in_as(*rules, *own), "VERIFY", [seen.uuid, unseen.uuid])
    counts = action_at(session, page).counts
    assert (counts["found"], counts["changed"], counts["gone"]) == (1, 1, 1)
    assert not session.get_one(Beneficiary, unseen.id).is_verified


def test_C6_a_permission_lost_between_the_click_and_the_work_stops_the_work(
    session: Session, manager: FlaskClient
) -> None:
    person = add_beneficiary(session, "Sita")
    page = drafted(manager, "VERIFY", [person.uuid])
    confirm(manager, page)
    owner = action_at(session, page).created_by
    session.query(UserRole).filter_by(user_id=owner).delete()
    with pytest.raises(Refusal, match="You may not do this any more"):
        work_off(session, page)
    assert not session.get_one(Beneficiary, person.id).is_verified


def test_C6_whoever_has_left_changes_nobody_any_more(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    page = drafted(manager, "VERIFY", [person.uuid])
    confirm(manager, page)
    owner = session.get_one(User, action_at(session, page).created_by)
    owner.deleted_at = owner.created_at
    with pytest.raises(Refusal, match="no longer here"):
        work_off(session, page)


@pytest.mark.parametrize("what", ["group", "closed"])
def test_E9_a_group_deleted_or_a_project_closed_before_the_work_stops_it(
    session: Session, manager: FlaskClient, what: str
) -> None:
    group, project = add_group(session, "Mothers"), add_project(session, "Relief")
    person = add_beneficiary(session, "Sita")
    action = "JOIN_GROUP" if what == "group" else "JOIN_PROJECT"
    told = {"group": str(group.uuid)} if what == "group" else {"project": str(project.uuid)}
    page = drafted(manager, action, [person.uuid], **told)
    confirm(manager, page)
    if what == "group":
        group.deleted_at = group.created_at
    else:
        project.status = "CLOSED"  # type: ignore[assignment]
    session.flush()
    with pytest.raises(Refusal, match=r"is gone|is closed"):
        work_off(session, page)
    assert members(session, group.uuid) == part_of(session, project.uuid) == set()


def test_what_was_done_is_in_the_audit_log_with_whoever_did_it(
    session: Session, manager: FlaskClient
) -> None:
    person = add_beneficiary(session, "Sita")
    page = done(session, manager, "VERIFY", [person.uuid])
    found = session.execute(
        text("SELECT after FROM tbl_audit_log WHERE \"recordId\" = :it AND action = 'UPDATE'"),
        {"it": str(person.uuid)},
    ).scalars()
    assert {"isVerified": True} in list(found)
    moves = session.scalars(
        text("SELECT after ->> 'state' FROM tbl_audit_log WHERE \"recordId\" = :it ORDER BY id"),
        {"it": page[-36:]},
    )
    assert list(moves) == ["DRAFT", "RUNNING", "DONE"]


def test_F1_what_was_searched_for_stands_in_the_action_alone(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Kanarienvogel Tharu")
    page = done(session, manager, "VERIFY", everybody="/beneficiaries?q=Kanarienvogel")
    assert action_at(session, page).filter == {"q": "Kanarienvogel"}
    for table in ("tbl_jobs", "procrastinate_jobs", "tbl_audit_log"):
        rows = session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
        assert [row for row in rows if "kanarien" in row.lower()] == []
    assert "Kanarienvogel" in manager.get(page).text


def test_F1_and_is_told_to_nobody_but_who_typed_it(session: Session, signed_in_as: SignedInAs) -> None:
    add_beneficiary(session, "Kanarienvogel Tharu")
    page = done(session, signed_in_as("Manager"), "VERIFY", everybody="/beneficiaries?q=Kanarienvogel")
    other = signed_in_as("Manager").get(page)
    assert other.status_code == 200
    assert "Kanarienvogel" not in other.text


def test_nothing_is_personal_in_what_a_list_of_changes_holds(session: Session, manager: FlaskClient) -> None:
    people = [add_beneficiary(session, "Sita", gender=gender).uuid for gender in ("MALE", "FEMALE", "MALE")]
    done(session, manager, "SET_GENDER", people, value="OTHER")
    kept = session.execute(
        text("SELECT before, cardinality(rows) FROM tbl_bulk_changes ORDER BY before")
    ).all()
    assert [tuple(row) for row in kept] == [("FEMALE", 1), ("MALE", 2)]
    assert session.scalars(select(Beneficiary.gender).distinct()).all() == ["OTHER"]
