"""Editing a case: what two people changed at once is shown to the later one with both values."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType
from portal.core.errors import Refusal
from portal.grievances.models import Grievance, GrievanceEvent
from portal.grievances.operations.editing import Stale, edit_case
from portal.grievances.operations.story import Teller
from portal.users.models import User
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named
from tests.grievances.test_case_pages import hidden

pytestmark = pytest.mark.database


@pytest.fixture
def editor(session: Session) -> User:
    return add_user_with(session, "editor", "Supervisor")


@pytest.fixture
def case(session: Session, editor: User) -> Grievance:
    return add_case(session, add_project(session, "Cash for food"), editor)


def kinds_of(session: Session, case: UUID) -> list[str]:
    wanted = select(GrievanceEvent.kind).where(GrievanceEvent.grievance_id == case)
    return list(session.scalars(wanted.order_by(GrievanceEvent.id)))


def test_only_what_differs_is_changed_and_told(session: Session, case: Grievance, editor: User) -> None:
    seen = {
        "title": "No money",
        "priority": "NORMAL",
        "type": GrievanceType.NON_TECHNICAL,
        "category_id": None,
    }
    by = Teller(editor.id)
    assert not edit_case(session, case.uuid, seen, seen, by)
    assert kinds_of(session, case.uuid) == []
    goods = category_named(session, "Goods or service").uuid
    typed = {**seen, "title": "No rice", "priority": "URGENT", "category_id": goods}
    assert edit_case(session, case.uuid, typed, seen, by)
    assert (case.title, case.priority, case.category_id) == ("No rice", "URGENT", goods)
    assert kinds_of(session, case.uuid) == ["EDITED", "CATEGORY", "PRIORITY"]


def test_E5_what_somebody_else_changed_meanwhile_is_not_overwritten(
    session: Session, case: Grievance, editor: User
) -> None:
    seen = {"title": "No money", "priority": "NORMAL"}
    by = Teller(editor.id)
    edit_case(session, case.uuid, {"title": "No rice", "priority": "NORMAL"}, seen, by)
    with pytest.raises(Stale) as stale:
        edit_case(session, case.uuid, {"title": "No oil", "priority": "NORMAL"}, seen, by)
    assert stale.value.now == {"title": "No rice"}
    # Another field is nobody's loss, and the same value is no conflict.
    assert edit_case(session, case.uuid, {"title": "No money", "priority": "HIGH"}, seen, by)
    assert not edit_case(session, case.uuid, {"title": "No rice", "priority": "HIGH"}, seen, by)
    assert (case.title, case.priority) == ("No rice", "HIGH")


def test_E5_a_form_that_does_not_say_what_it_saw_overwrites_nothing(
    session: Session, case: Grievance, editor: User
) -> None:
    with pytest.raises(Stale):
        edit_case(session, case.uuid, {"title": "No oil"}, {}, Teller(editor.id))
    assert case.title == "No money"


def test_a_case_keeps_a_title(session: Session, case: Grievance, editor: User) -> None:
    with pytest.raises(Refusal) as refused:
        edit_case(session, case.uuid, {"title": "  "}, {"title": "No money"}, Teller(editor.id))
    assert refused.value.field == "title"


def test_E5_the_page_shows_both_values_and_goes_on_from_theirs(
    session: Session, client: FlaskClient, case: Grievance, editor: User
) -> None:
    session.commit()
    page, url = enter_as(client, session, editor), f"/grievances/{case.uuid}/edit"
    seen = hidden(page.get(url), "seen")
    edit_case(session, case.uuid, {"priority": "URGENT"}, {"priority": "NORMAL"}, Teller(editor.id))
    session.commit()
    typed = {
        "title": case.title,
        "priority": "LOW",
        "type": "NON_TECHNICAL",
        "category_id": "",
        "reported_by": case.reported_by,
        "reporter_contact": case.reporter_contact,
    }
    late = page.post(url, data={**typed, "seen": seen})
    assert late.status_code == 409
    assert "This is what the others saved" in late.text
    assert "Urgent" in late.text
    assert 'selected value="LOW"' in late.text
    assert page.post(url, data={**typed, "seen": hidden(late, "seen")}).status_code == 303
    session.refresh(case)
    assert case.priority == "LOW"
    for sent in ("", "nonsense", "[]", '{"type": "?"}'):
        assert page.post(url, data={**typed, "title": "Another", "seen": sent}).status_code == 409
