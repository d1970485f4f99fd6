"""The pages of an import, from the file to the result and back, as a browser meets them."""

import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.imports.models import ImportBatch, ImportMapping, TempBeneficiary
from portal.jobs.models import Job
from portal.jobs.queries import job_with
from portal.jobs.tasks import Progress, find
from tests.factories import add_project
from tests.imports.batches import registry, stage

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}
CSV = "Full name,Phone,Sex,Village\nSita,980-1234567,F,Rajapur\nAsha,981-2345678,F,\nBad,12,M,\n"
PHONE = "+9779801234567"


def upload(client: FlaskClient, content: bytes | str = CSV, name: str = "people.csv", **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/imports/new", data={"file": (io.BytesIO(data), name), **more}, buffered=True)


def uploaded(client: FlaskClient, content: bytes | str = CSV, name: str = "people.csv") -> str:
    """The address of the new batch."""
    answer = upload(client, content, name)
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/columns")


def work(session: Session) -> Any:
    """Do the waiting job, as the worker does."""
    job = session.scalars(select(Job).where(Job.state == "QUEUED")).one()
    known = find(job.kind)
    assert known
    arguments = {name: value for name, value in job.arguments.items() if name != "link"}
    job.state = "SUCCEEDED"
    session.commit()
    result = known.body(Progress(), **arguments)
    session.expire_all()
    return result


def reviewed(client: FlaskClient, session: Session, content: bytes | str = CSV, **form: str) -> str:
    batch = uploaded(client, content)
    assert client.post(f"{batch}/columns", data={"region": "NP", "project": "", **form}).status_code == 303
    work(session)
    return batch


def batch_of(session: Session) -> ImportBatch:
    session.expire_all()
    return session.scalars(select(ImportBatch)).one()


def follow(client: FlaskClient, address: str) -> Any:
    return client.get(address, follow_redirects=True)


def test_a_file_becomes_people_step_by_step_and_goes_again(session: Session, manager: FlaskClient) -> None:
    assert (
        "Choose a file" in manager.get("/imports/new").text or manager.get("/imports/new").status_code == 200
    )
    before = registry(session)
    batch = uploaded(manager)
    columns = manager.get(f"{batch}/columns")
    for header in ("Full name", "Phone", "Sex", "Village"):
        assert header in columns.text
    assert "980-1234567" in columns.text
    answer = manager.post(f"{batch}/columns", data={"region": "NP", "project": "", "group_name": "Round 1"})
    assert (answer.status_code, answer.location) == (303, f"{batch}/check")
    assert manager.get(f"{batch}/check").status_code == 200
    assert work(session) == {"rows": 3}
    assert manager.get(f"{batch}/check").location == f"{batch}/review"
    review = manager.get(f"{batch}/review").text
    assert "Take 2 rows" in review
    assert "1–3 of 3" in review
    answer = manager.post(f"{batch}/take")
    assert (answer.status_code, answer.location) == (303, f"{batch}/result")
    assert manager.get(f"{batch}/result").status_code == 200
    assert work(session) == {"added": 2, "updated": 0, "held": 0}
    result = manager.get(f"{batch}/result").text
    assert "Undo this import" in result
    assert "Sita" in manager.get("/beneficiaries?q=sita").text
    assert manager.post(f"{batch}/undo").status_code == 303
    work(session)
    assert "This import was undone" in manager.get(f"{batch}/result").text
    assert registry(session) == before


STATES = {
    "UPLOADED": "columns",
    "FAILED": "columns",
    "CHECKING": "check",
    "REVIEW": "review",
    "TAKING": "result",
    "TAKEN": "result",
    "UNDOING": "result",
    "UNDONE": "result",
}


@pytest.mark.parametrize("state", STATES)
def test_every_page_leads_to_where_the_work_goes_on(
    session: Session, manager: FlaskClient, state: str
) -> None:
    batch = stage(session, [["name"], ["Sita"]])
    counts = '{"NEW": {"rows": 1, "take": 1}, "taken": {"added": 1, "updated": 0, "held": 0, "groups": []}}'
    session.execute(
        text("UPDATE tbl_import_batches SET state = :state, counts = CAST(:counts AS jsonb)"),
        {"state": state, "counts": counts},
    )
    here = f"/imports/{batch}/{STATES[state]}"
    assert manager.get(f"/imports/{batch}").location == here
    for page in ("columns", "check", "review", "result"):
        answer = manager.get(f"/imports/{batch}/{page}")
        if answer.status_code == 303:
            assert answer.location == here
        else:
            assert answer.status_code == 200
    assert manager.get(here).status_code == 200
    assert manager.get("/imports").status_code == 200


@pytest.mark.parametrize(
    ("state", "step", "leads_to"), [("CHECKING", "check", "review"), ("TAKING", "result", None)]
)
def test_a_job_that_ends_while_its_page_is_made_is_not_waited_for(
    session: Session,
    manager: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    step: str,
    leads_to: str | None,
) -> None:
    batch = reviewed(manager, session)
    session.execute(text("UPDATE tbl_import_batches SET state = :state"), {"state": state})
    done = {"CHECKING": "REVIEW", "TAKING": "TAKEN"}[state]
    taken = '{"taken": {"added": 2, "updated": 0, "held": 0, "groups": []}}'

    def ended_meanwhile(uuid: UUID) -> Any:
        session.execute(
            text("UPDATE tbl_import_batches SET state = :done, counts = counts || CAST(:taken AS jsonb)"),
            {"done": done, "taken": taken},
        )
        return job_with(uuid)

    monkeypatch.setattr("portal.imports.views.work.job_with", ended_meanwhile)
    answer = manager.get(f"{batch}/{step}")
    if leads_to:
        assert answer.location == f"{batch}/{leads_to}"
    else:
        assert "Registered" in answer.text
        assert "job-ended" not in answer.text


def test_the_columns_one_chose_are_remembered_for_the_next_file_of_that_shape(
    session: Session, manager: FlaskClient
) -> None:
    batch = uploaded(manager)
    manager.post(
        f"{batch}/columns",
        data={
            "region": "KE",
            "project": "",
            "column-0": "name",
            "column-1": "phone",
            "column-2": "ignore",
            "column-3": "location",
        },
    )
    again = manager.get(f"{uploaded(manager, CSV.replace('Sita', 'Other'))}/columns").text
    chosen = dict(re.findall(r'name="(column-\d+)".*?value="(\w+)" selected', again, re.DOTALL))
    assert chosen == {"column-0": "name", "column-1": "phone", "column-2": "ignore", "column-3": "location"}
    assert re.search(r'value="KE"[^>]*selected|selected[^>]*value="KE"', again)
    other = manager.get(f"{uploaded(manager, 'Name,Sex' + chr(10) + 'Sita,F' + chr(10))}/columns").text
    assert dict(re.findall(r'name="(column-\d+)".*?value="(\w+)" selected', other, re.DOTALL)) == {
        "column-0": "name",
        "column-1": "gender",
    }
    assert len(session.scalars(select(ImportMapping)).all()) == 1


def test_the_columns_one_chose_are_what_the_rows_are_read_by(session: Session, manager: FlaskClient) -> None:
    reviewed(manager, session, **{"column-0": "notes", "column-3": "name"})
    found = session.scalars(select(TempBeneficiary).order_by(TempBeneficiary.row_number)).first()
    assert found
    assert (found.notes, found.name) == ("Sita", "Rajapur")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"region": "XX"}, "region"),
        ({"region": ""}, "region"),
        ({"project": str(uuid4())}, "project"),
        ({"project": "x"}, "project"),
        ({"group_name": "x" * 201}, "group_name"),
        ({"group_name": "a\0b"}, "group_name"),
    ],
)
def test_D2_what_makes_no_sense_for_the_whole_file_is_told_at_its_field(
    session: Session, manager: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    batch = uploaded(manager)
    answer = manager.post(f"{batch}/columns", data={"region": "NP", "project": "", **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert batch_of(session).state == "UPLOADED"
    assert session.scalars(select(Job)).all() == []


def test_C7_columns_and_targets_that_do_not_exist_change_nothing(
    session: Session, manager: FlaskClient
) -> None:
    batch = uploaded(manager)
    manager.post(
        f"{batch}/columns",
        data={
            "region": "NP",
            "project": "",
            "column-0": "is_verified",
            "column-99": "name",
            "order-1": "XYZ",
            "state": "TAKEN",
        },
    )
    found = batch_of(session)
    assert found.state == "CHECKING"
    assert found.mapping["mapping"]["columns"][0]["target"] == "extras"


def test_a_closed_project_is_not_offered(session: Session, manager: FlaskClient) -> None:
    closed = add_project(session, "Closed long ago", status="CLOSED")
    batch = uploaded(manager)
    assert "Closed long ago" not in manager.get(f"{batch}/columns").text
    answer = manager.post(f"{batch}/columns", data={"region": "NP", "project": str(closed.uuid)})
    assert answer.status_code == 422


def test_another_sheet_of_a_workbook_begins_anew(session: Session, manager: FlaskClient) -> None:
    from tests.imports.workbooks import sheet_xml, xlsx_parts, zipped

    sheets = {
        "One": sheet_xml([["name", "phone"], ["Sita", "9801234567"]]),
        "Two": sheet_xml([["Full name", "Age"], ["Asha", 30]]),
    }
    batch = uploaded(manager, zipped(xlsx_parts(sheets)), "people.xlsx")
    manager.post(f"{batch}/columns", data={"region": "NP", "project": ""})
    work(session)
    assert manager.get(f"{batch}/review").status_code == 200
    assert manager.post(f"{batch}/sheet", data={"sheet": "Two"}).location == f"{batch}/columns"
    assert "Age" in manager.get(f"{batch}/columns").text
    assert manager.get(f"{batch}/review").location == f"{batch}/columns"
    assert manager.post(f"{batch}/rows/2/choice", data={"take": "yes"}).status_code == 409
    assert manager.post(f"{batch}/sheet", data={"sheet": "Three"}).status_code == 422
    manager.post(f"{batch}/columns", data={"region": "NP", "project": ""})
    work(session)
    assert session.scalars(select(TempBeneficiary.name)).all() == ["Asha"]
    manager.post(f"{batch}/take")
    assert manager.post(f"{batch}/sheet", data={"sheet": "One"}).status_code == 409


def test_a_file_that_was_taken_before_is_recognised(session: Session, manager: FlaskClient) -> None:
    batch = reviewed(manager, session)
    manager.post(f"{batch}/take")
    work(session)
    assert "This very file was imported before" in follow(manager, upload(manager).location).text
    assert "This very file" not in follow(manager, upload(manager, CSV + "More,1,F,\n").location).text
