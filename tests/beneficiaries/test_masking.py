"""What a person's data is to somebody who may not read it: nothing, wherever they look."""

import io
import re
from base64 import urlsafe_b64decode
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import python_calamine
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.forms import COLUMN_LABELS
from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup, BeneficiaryPii
from portal.core.abilities import Ability, Rule
from portal.projects.models import Project
from tests.auth.people import without_token
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database

CANARY: dict[str, Any] = {
    "name": "Quetzalina Xylographou",
    "phone": "+9779876501234",
    "email": "quetzalina.private@example.net",
    "govt_id": "ZQX-4711-0815",
}
TRACES = [
    "uetzalina",
    "ylographou",
    "98765012",
    "987-6501",
    ".private@",
    "4711",
    "0815",
    "ZQX",
    "5550199",
    "Frida",
]
SHARED = {"shared phone": "+9775550199", "father": "Frida's father"}
EVERY_COLUMN = list(COLUMN_LABELS)
READS = Rule("read", "Beneficiary")
EXPORTS = Rule("export", "Beneficiary")


@pytest.fixture
def canary(session: Session) -> Beneficiary:
    """Somebody whose data must not be seen, beside somebody else."""
    add_beneficiary(session, "Aaron Other")
    return add_beneficiary(session, **CANARY, extras=SHARED, location="Rajapur")


def show_everything(client: FlaskClient) -> None:
    assert client.post("/beneficiaries/columns", data={"columns": EVERY_COLUMN}).status_code == 303


def told(content: str) -> list[str]:
    return [trace for trace in TRACES if trace in content]


def places(person: Beneficiary) -> list[str]:
    return [
        "/beneficiaries",
        "/beneficiaries?q=Quetzalina",
        "/beneficiaries?q=98765012",
        "/beneficiaries?q=4711",
        f"/beneficiaries?q={person.uuid}",
        "/beneficiaries?sort=name",
        "/beneficiaries?sort=-name",
        "/beneficiaries?location=raja",
        f"/beneficiaries/{person.uuid}",
    ]


def test_C8_a_viewer_sees_no_personal_data_on_any_page_or_fragment(
    viewer: FlaskClient, canary: Beneficiary
) -> None:
    show_everything(viewer)
    for place, headers in product(places(canary), ({}, {"HX-Request": "true"})):
        answer = viewer.get(place, headers=headers)
        assert answer.status_code == 200
        searched = place.partition("q=")[2]
        assert [trace for trace in told(answer.text) if trace not in searched] == [], place


def test_C8_the_same_pages_do_show_it_to_those_who_may_read_it(
    manager: FlaskClient, canary: Beneficiary
) -> None:
    show_everything(manager)
    assert {"uetzalina", ".private@"} <= {*told(manager.get("/beneficiaries").text)}
    page = manager.get(f"/beneficiaries/{canary.uuid}").text
    assert {"uetzalina", ".private@", "5550199", "Frida"} == {*told(page)} - {"ylographou"}


def test_F2_a_list_shows_phone_and_government_id_masked_to_everybody(
    manager: FlaskClient, canary: Beneficiary
) -> None:
    show_everything(manager)
    page = manager.get("/beneficiaries").text
    assert "+977••••234" in page
    assert {"98765012", "4711"}.isdisjoint(told(page))


def test_F2_masked_values_tell_rows_apart_and_nothing_more(viewer: FlaskClient, canary: Beneficiary) -> None:
    show_everything(viewer)
    page = viewer.get("/beneficiaries").text
    for masked in ("Q••• X•••", "+977••••234", "q•••@example.net", "••••"):
        assert masked in page


def test_C8_an_address_without_provider_is_masked_as_well(session: Session, viewer: FlaskClient) -> None:
    add_beneficiary(session, "Odd", email="uetzalina without at")
    show_everything(viewer)
    assert told(viewer.get("/beneficiaries").text) == []


@pytest.mark.parametrize("typed", ["Quetzalina", "xylo", "q", "98765012", "1234", "4711", "ZQX"])
def test_C4_searching_tells_a_viewer_neither_who_nor_how_many(
    viewer: FlaskClient, manager: FlaskClient, canary: Beneficiary, typed: str
) -> None:
    assert "Nobody matches" in viewer.get(f"/beneficiaries?q={typed}").text
    assert "Nobody matches" not in manager.get(f"/beneficiaries?q={typed}").text


def test_C4_sorting_by_name_tells_a_viewer_nothing(
    session: Session, viewer: FlaskClient, manager: FlaskClient, canary: Beneficiary
) -> None:
    add_beneficiary(session, "Mira Middle")

    def order(client: FlaskClient, sort: str) -> list[str]:
        page = client.get(f"/beneficiaries?sort={sort}").text
        people = session.query(Beneficiary).order_by(Beneficiary.id).all()
        return sorted((str(p.uuid) for p in people), key=page.index)

    assert order(viewer, "name") == order(viewer, "-name") == order(viewer, "-created")
    assert order(manager, "name") == order(manager, "-name")[::-1] != order(manager, "-created")
    assert "sort=name" not in viewer.get("/beneficiaries").text
    assert "sort=name" in manager.get("/beneficiaries").text


@pytest.mark.parametrize(
    "typed", ["98765012", "+977 987-6501234", "4711", "ZQX", "Quetzalina 4711", "Quetzalina ZQX"]
)
def test_C4_who_sees_names_but_no_phones_and_ids_cannot_search_in_those(
    signed_in_as: SignedInAs, canary: Beneficiary, typed: str
) -> None:
    client = signed_in_as(READS, Rule("read", "BeneficiaryPii"))
    assert "Nobody matches" in client.get("/beneficiaries", query_string={"q": typed}).text
    assert "Xylographou" in client.get("/beneficiaries?q=quetz xylo").text


def test_C8_who_sees_names_but_no_phones_and_ids_exports_them_masked(
    signed_in_as: SignedInAs, canary: Beneficiary
) -> None:
    client = signed_in_as(READS, EXPORTS, Rule("read", "BeneficiaryPii"))
    for kind in ("csv", "xlsx"):
        answer = export(client, kind)
        content = answer.text if kind == "csv" else cells_of(answer.data)
        assert {"uetzalina", ".private@"} == {*told(content)} - {"ylographou", "5550199", "Frida"}


def test_F1_where_one_stands_in_a_list_by_name_tells_nothing_of_the_person_there(
    session: Session, manager: FlaskClient, canary: Beneficiary
) -> None:
    for number in range(60):
        add_beneficiary(session, f"Quetzalina {number:02d}")
    page = manager.get("/beneficiaries?sort=name").text
    tokens = re.findall(r"[?&;]at=([\w-]+)", page)
    assert tokens
    for token in tokens:
        content = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        assert told(content.casefold().replace("q", "Q")) == []
        assert "quetz" not in content.casefold()


def export(client: FlaskClient, kind: str = "csv", query: str = "", **more: Any) -> Any:
    form = {"format": kind, "columns": EVERY_COLUMN, "purpose": "Reporting", **more}
    return client.post(f"/beneficiaries/export?{query}", data=form, buffered=True)


def cells_of(content: bytes) -> str:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return str(sheet.to_python())


@pytest.mark.parametrize("query", ["", "sort=name", "q=Quetzalina", "q=4711"])
def test_C8_an_export_holds_no_personal_data_for_who_may_not_read_it(
    signed_in_as: SignedInAs, canary: Beneficiary, query: str
) -> None:
    client = signed_in_as(READS, EXPORTS)
    csv, workbook = export(client, "csv", query), export(client, "xlsx", query)
    assert csv.status_code == workbook.status_code == 200
    assert told(csv.text) == told(cells_of(workbook.data)) == []
    assert csv.text.count("\n") == (1 if "q=" in query else 3)


def test_C8_an_export_of_who_may_read_it_holds_it(manager: FlaskClient, canary: Beneficiary) -> None:
    assert {"uetzalina", "4711", ".private@", "98765012"} <= {*told(export(manager).text)}
    assert {"uetzalina", "4711", ".private@", "98765012"} <= {*told(cells_of(export(manager, "xlsx").data))}


@pytest.fixture
def two_projects(session: Session) -> dict[str, Any]:
    """A project with Own, one with Foreign, and Both in the two."""
    mine, theirs = add_project(session, "My project"), add_project(session, "Their project")
    group, other = add_group(session, "My group", [mine]), add_group(session, "Their group", [theirs])
    return {
        "project": mine,
        "own": add_beneficiary(session, "Own", projects=[mine], groups=[group]),
        "foreign": add_beneficiary(session, "Foreign", projects=[theirs], groups=[other]),
        "both": add_beneficiary(session, "Both", projects=[mine, theirs], groups=[group, other]),
    }


def limited(project: Project) -> list[Rule]:
    """Everything that an officer does with people, in one project."""
    within = {"projectId": {"$in": [str(project.uuid)]}}
    subjects = ("Beneficiary", "BeneficiaryPii", "BeneficiaryGroup")
    return [
        *(Rule("read", subject, conditions=within) for subject in subjects),
        Rule("read", "Project", conditions={"uuid": str(project.uuid)}),
        EXPORTS,
    ]


def test_C4_a_role_for_one_project_sees_its_people_in_list_count_search_and_export(
    signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    client = signed_in_as(*limited(two_projects["project"]))
    show_everything(client)
    page = client.get("/beneficiaries").text
    assert "Own" in page
    assert "Both" in page
    assert "Foreign" not in page
    assert "1–2 of 2" in page
    assert "Nobody matches" in client.get("/beneficiaries?q=foreign").text
    assert "Foreign" not in export(client).text
    assert export(client).text.count("\n") == 3
    assert "2 people" in client.get("/beneficiaries/export").text


def test_C4_nor_does_it_learn_of_other_projects_and_groups(
    signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    client = signed_in_as(*limited(two_projects["project"]))
    show_everything(client)
    for answer in (
        client.get("/beneficiaries"),
        client.get(f"/beneficiaries/{two_projects['both'].uuid}/memberships"),
        export(client),
    ):
        assert "My project" in answer.text
        assert "My group" in answer.text
        assert "Their project" not in answer.text
        assert "Their group" not in answer.text


def test_C3_another_projects_person_is_as_unknown_as_nobody(
    signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    client = signed_in_as(*limited(two_projects["project"]))
    assert client.get(f"/beneficiaries/{two_projects['own'].uuid}").status_code == 200
    answers = [client.get(f"/beneficiaries/{uuid}") for uuid in (two_projects["foreign"].uuid, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = {without_token(answer).replace(answer.headers["X-Request-Id"], "") for answer in answers}
    assert len(bodies) == 1


def test_C8_who_reads_the_data_of_some_people_gets_that_of_others_masked(
    signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    within = {"projectId": str(two_projects["project"].uuid)}
    client = signed_in_as(READS, EXPORTS, Rule("read", "BeneficiaryPii", conditions=within))
    for told_here in (client.get("/beneficiaries").text, export(client).text):
        assert "Own" in told_here
        assert "Both" in told_here
        assert "F•••" in told_here
        assert "Foreign" not in told_here
    assert "Nobody matches" in client.get("/beneficiaries?q=foreign").text
    assert "Nobody matches" not in client.get("/beneficiaries?q=own").text
    assert (
        "Personal data is partly hidden" in client.get(f"/beneficiaries/{two_projects['foreign'].uuid}").text
    )
    assert (
        "Personal data is partly hidden" not in client.get(f"/beneficiaries/{two_projects['own'].uuid}").text
    )
    assert "sort=name" not in client.get("/beneficiaries").text


def test_C4_who_left_the_project_is_no_longer_seen_by_it(
    session: Session, signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    client = signed_in_as(*limited(two_projects["project"]))
    assert "Own" in client.get("/beneficiaries").text
    for table in ("tbl_beneficiaries_projects", "tbl_beneficiaries_gorup_projects"):
        session.execute(text(f'UPDATE {table} SET "deletedAt" = now()'))
    session.commit()
    page = client.get("/beneficiaries").text
    assert "Own" not in page
    assert "My group" not in page
    assert client.get(f"/beneficiaries/{two_projects['own'].uuid}").status_code == 404


def test_C8_nor_is_the_data_of_who_left_in_clear(
    session: Session, signed_in_as: SignedInAs, two_projects: dict[str, Any]
) -> None:
    within = {"projectId": str(two_projects["project"].uuid)}
    client = signed_in_as(READS, Rule("read", "BeneficiaryPii", conditions=within))
    session.execute(text('UPDATE tbl_beneficiaries_projects SET "deletedAt" = now()'))
    session.commit()
    page = client.get("/beneficiaries").text
    assert "O•••" in page
    assert "Own" not in page


@pytest.mark.parametrize("model", [Beneficiary, BeneficiaryPii, BeneficiaryGroup])
def test_C5_a_rule_for_a_project_says_the_same_of_a_record_and_of_a_list(
    session: Session, two_projects: dict[str, Any], model: Any
) -> None:
    for inverted in (False, True):
        within = {"projectId": str(two_projects["project"].uuid)}
        ability = Ability(
            [Rule("read", "all"), Rule("read", model.__name__, inverted, within)][not inverted :]
        )
        listed = {*session.scalars(ability.accessible(select(model), "read", model))}
        assert 0 < len(listed) < 3
        for record in session.scalars(select(model)):
            if model is BeneficiaryPii:
                record.beneficiary = session.get(Beneficiary, record.beneficiary_id)
            assert ability.can("read", record) == (record in listed)


def test_F1_personal_data_reaches_neither_log_nor_job_nor_address(
    manager: FlaskClient, canary: Beneficiary, capfd: pytest.CaptureFixture[str]
) -> None:
    for place in places(canary):
        manager.get(place)
    export(manager, "csv", "q=Quetzalina")
    manager.get("/beneficiaries?q=Quetzalina", headers={"X-Fail": "1"})
    assert told(capfd.readouterr().err) == []
