"""The settings of grievances: categories, channels, rules and the ladder."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.grievances.models import GrievanceCategory, GrievanceChannel, GrievanceRule, GrievanceStep
from portal.projects.models import Project
from portal.users.models import Role, User
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named
from tests.grievances.settings_pages import SETTINGS, hidden, send

pytestmark = pytest.mark.database


@pytest.fixture
def admin(session: Session, client: FlaskClient) -> User:
    user = add_user_with(session, "admin", "Admin")
    enter_as(client, session, user)
    return user


@pytest.fixture
def here(session: Session) -> Project:
    return add_project(session, "Here")


def test_all_settings_stand_on_one_page(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    session.add(GrievanceRule(position=1, project_id=here.uuid, user_id=admin.id))
    page = client.get(SETTINGS).get_data(as_text=True)
    for words in (
        "Payment not received",
        "80 working hours",
        "Here",
        "Admin",
        "The managers",
        "Hotline",
        "Mon, Tue",
    ):
        assert words in page


def test_C2_only_who_may_read_settings_sees_them_and_only_who_may_change_them_finds_a_way(
    client: FlaskClient, session: Session
) -> None:
    reader = add_user_with(session, "reader", rules=[Rule("read", "Setting")])
    enter_as(client, session, reader)
    page = client.get(SETTINGS)
    assert page.status_code == 200
    assert "/grievances/settings/" not in page.get_data(as_text=True)
    assert client.get(f"{SETTINGS}/ladder").status_code == 403
    enter_as(client, session, add_user_with(session, "supervisor", "Supervisor"))
    assert client.get(SETTINGS).status_code == 403


# Categories and channels


def test_a_category_is_added_once_however_often_it_is_sent(
    client: FlaskClient, session: Session, admin: User
) -> None:
    url = f"{SETTINGS}/categories/new"
    typed = {
        "once": hidden(client, url, "once"),
        "name": " Water  and  soap ",
        "priority": "HIGH",
        "is_active": "y",
    }
    for _ in range(2):
        assert client.post(url, data=typed).status_code == 303
    made = session.scalars(select(GrievanceCategory).where(GrievanceCategory.name == "Water and soap")).one()
    assert (made.priority, made.is_sensitive, made.is_active) == ("HIGH", False, True)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Protection", "a\0b"])
@pytest.mark.parametrize("kind", ["categories", "channels"])
def test_a_name_that_is_none_or_taken_is_refused_at_its_field(
    client: FlaskClient, session: Session, admin: User, name: str, kind: str
) -> None:
    session.add(GrievanceChannel(name="Protection"))
    session.flush()
    answer = client.post(f"{SETTINGS}/{kind}/new", data={"name": name, "priority": "LOW"})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.get_data(as_text=True)


def test_a_category_is_changed_and_cases_that_came_before_stay_as_they_are(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    found = category_named(session, "Wrong amount")
    case = add_case(session, here, admin, category_id=found.uuid)
    url = f"{SETTINGS}/categories/{found.uuid}"
    answer = send(client, url, name="Amounts", priority="URGENT", is_sensitive="y")
    assert answer.status_code == 303
    session.refresh(found)
    assert (found.name, found.priority, found.is_sensitive, found.is_active) == (
        "Amounts",
        "URGENT",
        True,
        False,
    )
    session.refresh(case)
    assert (case.is_sensitive, case.priority) == (False, "NORMAL")


def test_a_category_that_became_sensitive_offers_to_make_its_cases_so(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    found = category_named(session, "Wrong amount")
    for facts in ({}, {}, {"is_sensitive": True}, {"category_id": None}):
        add_case(session, here, admin, **{"category_id": found.uuid} | facts)
    url = f"{SETTINGS}/categories/{found.uuid}"
    assert "not sensitive" not in client.get(url).text
    answer = send(client, url, name="Wrong amount", priority="HIGH", is_sensitive="y", is_active="y")
    assert answer.location == url
    page = client.get(url).text
    assert "2 cases of this category are not sensitive" in page
    offer = f"/grievances/actions/new?category={found.uuid}&amp;kind=SENSITIVE"
    assert f'href="{offer}"' in page
    asked = client.get(offer.replace("&amp;", "&")).text
    assert re.search(r'<input[^>]*checked[^>]*value="SENSITIVE"', asked)
    answer = send(client, url, name="Wrong amount", priority="LOW", is_active="y")
    assert answer.location == SETTINGS
    assert "not sensitive" not in client.get(url).text


def test_E5_a_category_that_others_changed_is_shown_and_not_overwritten(
    client: FlaskClient, session: Session, admin: User
) -> None:
    found = category_named(session, "Wrong amount")
    url = f"{SETTINGS}/categories/{found.uuid}"
    seen = hidden(client, url, "version")
    found.name = "Theirs"
    session.flush()
    typed = {"name": "Mine", "priority": "LOW", "is_active": "y"}
    answer = client.post(url, data={**typed, "version": seen})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    session.refresh(found)
    assert found.name == "Theirs"
    assert client.post(url, data=typed).status_code == 409  # without a version it is never the newest
    assert send(client, url, **typed).status_code == 303


def test_a_channel_is_added_renamed_and_put_away(client: FlaskClient, session: Session, admin: User) -> None:
    assert client.post(f"{SETTINGS}/channels/new", data={"name": "Radio"}).status_code == 303
    made = session.scalars(select(GrievanceChannel).where(GrievanceChannel.name == "Radio")).one()
    assert made.is_active
    assert send(client, f"{SETTINGS}/channels/{made.uuid}", name="Radio hour").status_code == 303
    session.refresh(made)
    assert (made.name, made.is_active) == ("Radio hour", False)


def test_a_channel_that_the_portal_itself_uses_is_not_put_away(
    client: FlaskClient, session: Session, admin: User
) -> None:
    public = session.scalars(select(GrievanceChannel).where(GrievanceChannel.key == "PUBLIC")).one()
    answer = send(client, f"{SETTINGS}/channels/{public.uuid}", name="Public form")
    assert answer.status_code == 422
    assert 'id="is_active-error"' in answer.get_data(as_text=True)
    session.refresh(public)
    assert public.is_active


@pytest.mark.parametrize("kind", ["categories", "channels", "calendars"])
def test_what_there_is_not_is_a_404(client: FlaskClient, admin: User, kind: str) -> None:
    assert client.get(f"{SETTINGS}/{kind}/{UUID(int=1)}").status_code == 404
    assert client.post(f"{SETTINGS}/{kind}/{UUID(int=1)}", data={"name": "x"}).status_code == 404


# Rules

NOBODY = {"project": "", "category": "", "user": "", "role": ""}


def test_a_rule_is_added_once_asked_earlier_and_taken_away(
    client: FlaskClient, session: Session, admin: User, here: Project
) -> None:
    url = f"{SETTINGS}/rules/new"
    supervisors = session.scalars(select(Role).where(Role.name == "Supervisor")).one()
    protection = category_named(session, "Protection")
    first = NOBODY | {"once": hidden(client, url, "once"), "user": str(admin.id)}
    second = NOBODY | {
        "once": hidden(client, url, "once"),
        "project": str(here.uuid),
        "category": str(protection.uuid),
        "role": str(supervisors.id),
    }
    for typed in (first, first, second):
        assert client.post(url, data=typed).status_code == 303

    def order() -> list[tuple[int | None, int | None]]:
        rows = session.execute(
            select(GrievanceRule.user_id, GrievanceRule.role_id).order_by(GrievanceRule.position)
        )
        return [(row.user_id, row.role_id) for row in rows]

    assert order() == [(admin.id, None), (None, supervisors.id)]
    uuid = session.scalars(select(GrievanceRule.uuid).where(GrievanceRule.role_id.is_not(None))).one()
    for _ in range(2):  # the first stays the first
        assert client.post(f"{SETTINGS}/rules/{uuid}/raise").status_code == 303
        assert order() == [(None, supervisors.id), (admin.id, None)]
    assert client.post(f"{SETTINGS}/rules/{uuid}/delete").status_code == 303
    assert order() == [(admin.id, None)]
    assert client.post(f"{SETTINGS}/rules/{uuid}/delete").status_code == 404
    assert client.post(f"{SETTINGS}/rules/{uuid}/raise").status_code == 404


@pytest.mark.parametrize("both", [True, False])
def test_a_rule_names_a_person_or_a_role(
    client: FlaskClient, session: Session, admin: User, both: bool
) -> None:
    role = session.scalars(select(Role).where(Role.name == "Supervisor")).one()
    typed = {"user": str(admin.id), "role": str(role.id)} if both else {}
    answer = client.post(f"{SETTINGS}/rules/new", data=NOBODY | typed)
    assert answer.status_code == 422
    assert 'id="user-error"' in answer.get_data(as_text=True)


def test_C7_a_rule_names_only_what_its_form_offers(
    client: FlaskClient, session: Session, admin: User
) -> None:
    viewer = add_user_with(session, "viewer", "Viewer")
    project = {"user": str(session.scalars(select(User.id).limit(1)).one()), "project": str(UUID(int=1))}
    for typed in ({"user": str(viewer.id)}, {"user": "x"}, {"role": "99999"}, project):
        assert client.post(f"{SETTINGS}/rules/new", data=NOBODY | typed).status_code == 422
    assert session.scalar(select(func.count()).select_from(GrievanceRule)) == 0


# The ladder

STEPS = {
    "receiver_1": "ASSIGNEE",
    "minutes_1": "0",
    "is_active_1": "y",
    "receiver_2": "SUPERVISOR",
    "minutes_2": "4",
    "is_active_2": "y",
    "receiver_3": "MANAGER",
    "minutes_3": "16",
    "is_active_3": "y",
}


def test_the_steps_are_changed(client: FlaskClient, session: Session, admin: User) -> None:
    typed = STEPS | {"receiver_1": "SUPERVISOR", "minutes_2": "0.5"}
    del typed["is_active_3"]
    assert send(client, f"{SETTINGS}/ladder", **typed).status_code == 303
    steps = session.scalars(select(GrievanceStep).order_by(GrievanceStep.step)).all()
    assert [(step.receiver, step.minutes, step.is_active) for step in steps] == [
        ("SUPERVISOR", 0, True),
        ("SUPERVISOR", 30, True),
        ("MANAGER", 960, False),
    ]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("minutes_3", "3"), ("minutes_2", ""), ("minutes_2", "x"), ("minutes_3", "5000"), ("receiver_1", "GOD")],
)
def test_a_ladder_that_leads_nowhere_is_refused_at_its_field(
    client: FlaskClient, session: Session, admin: User, field: str, typed: str
) -> None:
    answer = send(client, f"{SETTINGS}/ladder", **STEPS | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)


def test_E5_a_ladder_that_others_changed_is_not_overwritten(
    client: FlaskClient, session: Session, admin: User
) -> None:
    url = f"{SETTINGS}/ladder"
    seen = hidden(client, url, "version")
    session.get_one(GrievanceStep, 3).minutes = 1200
    session.flush()
    answer = client.post(url, data={**STEPS, "version": seen})
    assert answer.status_code == 409
    assert "20 working hours" in answer.get_data(as_text=True)
    assert session.scalar(select(GrievanceStep.minutes).where(GrievanceStep.step == 3)) == 1200
