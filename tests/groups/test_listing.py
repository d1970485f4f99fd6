"""The list of groups: searching, narrowing, ordering, paging; and which groups somebody sees."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from portal.core.abilities import Rule
from portal.groups.queries.listing import SORTS, GroupFilter, count_groups, count_members, page_of_groups
from portal.users.operations.assignments import assign_role
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.reading import EVERYTHING
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as
from tests.groups.conftest import Ground


def found(here: Ground, sort: str = "name", **chosen: object) -> list[str]:
    """The names a filter finds, in an order; their number agrees with the count."""
    wanted = GroupFilter(**chosen)  # type: ignore[arg-type]
    page = page_of_groups(here.session, wanted, EVERYTHING, SORTS[sort])
    assert count_groups(here.session, wanted, EVERYTHING).number == len(page.rows)
    return [row.name for row in page.rows]


def test_groups_are_found_by_words_of_their_name_in_any_spelling(here: Ground) -> None:
    add_group(here.session, "Ménages à Jumla")
    add_group(here.session, "जुम्ला समूह")
    assert found(here, q="jumla menages") == ["Ménages à Jumla"]
    assert found(here, q="जुम्ला") == ["जुम्ला समूह"]
    assert found(here, q="100%") == found(here, q="'; --") == []


def test_they_are_narrowed_by_purpose_project_and_state(here: Ground) -> None:
    add_group(here.session, "Elders", [here.project], group_purpose="COMMUNICATION")
    add_group(here.session, "Gone", deleted_at=here.asha.created_at)
    assert found(here) == ["Elders", "Widows"]
    assert found(here, purpose="COMMUNICATION") == found(here, project=here.project.uuid) == ["Elders"]
    assert found(here, deleted=True) == ["Gone"]


def test_they_are_ordered_by_name_and_by_age_either_way(here: Ground) -> None:
    add_group(here.session, "Elders", created_at=here.asha.created_at)
    assert found(here, "-name") == ["Widows", "Elders"]
    assert found(here, "-created") == ["Elders", "Widows"]
    assert found(here, "created") == ["Widows", "Elders"]


def test_members_are_counted_as_they_are_now(here: Ground, manager: FlaskClient) -> None:
    assert count_members(here.session, [here.group.uuid], EVERYTHING) == {here.group.uuid: 2}
    manager.post(f"{here.url}/members", data={"people": [str(here.asha.uuid)]})
    assert count_members(here.session, [here.group.uuid, uuid4()], EVERYTHING) == {here.group.uuid: 1}


def test_many_groups_are_turned_page_by_page(here: Ground, manager: FlaskClient) -> None:
    for number in range(60):
        add_group(here.session, f"Ward {number:02d}")
    here.session.commit()
    first = manager.get("/groups?sort=name").text
    assert "Ward 00" in first
    assert "Widows" not in first
    assert "Widows" in manager.get("/groups?sort=-name").text


@pytest.mark.parametrize(
    "query", ["sort=x", "at=x", "at=" + "a" * 12_000, "page=-1", "at=1e9&sort=name", "q=%00"]
)
def test_D10_orders_and_places_that_are_none_lead_to_the_first_page(
    here: Ground, manager: FlaskClient, query: str
) -> None:
    assert manager.get(f"/groups?{query}").status_code in (200, 422)


@pytest.mark.parametrize(
    "query", ["purpose=x", "project=x", "project=00000000-0000-4000-8000-000000000001", "state=x"]
)
def test_D10_filters_that_are_none_are_refused(here: Ground, manager: FlaskClient, query: str) -> None:
    assert manager.get(f"/groups?{query}").status_code == 422


def test_C3_a_group_one_may_not_see_and_none_answer_alike(here: Ground, signed_in_as: SignedInAs) -> None:
    rules = [
        Rule(action, "BeneficiaryGroup", conditions={"name": "Others"})
        for action in ("read", "update", "delete")
    ]
    reader = signed_in_as(*rules, Rule("create", "BeneficiaryGroup"), Rule("read", "Beneficiary"))
    pages = ("", "/members", "/readiness", "/edit", "/delete", "/add", "/split", "/projects/add")
    for page in pages:
        hidden, none = reader.get(f"{here.url}{page}"), reader.get(f"/groups/{uuid4()}{page}")
        assert (hidden.status_code, none.status_code) == (404, 404)
        assert _less_its_number(hidden.text) == _less_its_number(none.text)
    for page in ("/members", "/edit", "/delete", "/add", "/split", "/restore"):
        assert reader.post(f"{here.url}{page}").status_code == 404
    assert "Widows" not in reader.get("/groups").text
    assert "Widows" not in reader.get("/groups/compare").text


def _less_its_number(text: str) -> str:
    """A page without the number of its request."""
    return "".join(line for line in text.splitlines() if "<code" not in line and "mono" not in line)


def test_C4_a_role_for_one_project_sees_and_counts_its_groups_and_people_alone(
    here: Ground, client: FlaskClient
) -> None:
    south = add_project(here.session, "South")
    both = add_group(here.session, "Both", [here.project, south])
    add_beneficiary(here.session, "Seen", groups=[both], projects=[here.project])
    add_beneficiary(here.session, "Unseen", groups=[both], projects=[south])
    officer = add_user_with(here.session, "officer", rules=())
    assign_role(here.session, officer, "Officer", projects=[here.project.uuid])
    here.session.commit()
    browser = enter_as(client, here.session, officer)
    text = browser.get("/groups").text
    assert [name in text for name in ("Both", "Widows", "South")] == [True, False, False]
    assert 'data-label="Members" class="end">1</td>' in text
    members = browser.get(f"/groups/{both.uuid}/members").text
    assert ("Seen" in members, "Unseen" in members) == (True, False)
    assert "of 1 members" in browser.get(f"/groups/{both.uuid}/readiness").text
    assert "South" not in browser.get(f"/groups/{both.uuid}").text
    assert browser.get(f"/groups/{both.uuid}/projects/{south.uuid}/end").status_code == 404
