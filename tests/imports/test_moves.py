"""The life of a batch: from where to where it may move, when it can be discarded, and how it is reopened."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import StoredFile, create_batch, discard, move, reopen
from portal.jobs.models import Job
from tests.imports.batches import inspection_of, registry
from tests.imports.test_undoing import world

pytestmark = pytest.mark.database

__all__ = ["world"]


def uploaded(session: Session, tmp_path: Any) -> Any:
    path = tmp_path / "x.csv"
    path.write_text("name\nSita\n")
    file = StoredFile(path, 10, "digest")
    return create_batch(
        session, file, "x.csv", inspection_of([["name"], ["Sita"]]).to_json(), created_by=None
    )


def test_a_batch_that_was_not_taken_is_discarded_with_its_rows_and_its_file(
    session: Session, tmp_path: Any, world: dict[str, Any]
) -> None:
    fresh = uploaded(session, tmp_path)
    assert discard(session, fresh) == tmp_path / "x.csv"
    discard(session, world["batch"])
    session.commit()
    for table in ("tbl_import_batches", "tbl_temp_beneficiaries", "tbl_temp_beneficiary_group"):
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    assert registry(session) == world["before"]


@pytest.mark.parametrize("state", ["TAKING", "TAKEN", "UNDOING", "UNDONE"])
def test_a_batch_that_was_taken_stays_on_record(session: Session, world: dict[str, Any], state: str) -> None:
    session.execute(text("UPDATE tbl_import_batches SET state = :state"), {"state": state})
    with pytest.raises(Conflict):
        discard(session, world["batch"])


MOVES = {
    "UPLOADED": {"CHECKING"},
    "CHECKING": {"REVIEW", "FAILED"},
    "REVIEW": {"CHECKING", "TAKING"},
    "TAKING": {"REVIEW", "TAKEN"},
    "TAKEN": {"UNDOING"},
    "UNDOING": {"UNDONE", "TAKEN"},
    "UNDONE": set(),
    "FAILED": {"CHECKING"},
}


@pytest.mark.parametrize("start", MOVES)
def test_E4_a_batch_moves_only_as_it_may(session: Session, world: dict[str, Any], start: str) -> None:
    for to in MOVES:
        session.execute(text("UPDATE tbl_import_batches SET state = :state"), {"state": start})
        if to in MOVES[start]:
            move(session, world["batch"], to)
        elif to != "UPLOADED":
            with pytest.raises(Conflict):
                move(session, world["batch"], to)


@pytest.mark.parametrize(
    ("state", "job", "after"),
    [
        ("CHECKING", "FAILED", "UPLOADED"),
        ("CHECKING", "CANCELLED", "UPLOADED"),
        ("TAKING", "FAILED", "REVIEW"),
        ("UNDOING", "FAILED", "TAKEN"),
        ("TAKING", "RUNNING", None),
        ("TAKING", "QUEUED", None),
        ("REVIEW", "FAILED", None),
        ("TAKEN", "SUCCEEDED", None),
    ],
)
def test_a_batch_whose_job_ended_badly_can_be_worked_on_again(
    session: Session, world: dict[str, Any], state: str, job: str, after: str | None
) -> None:
    run = Job(kind="x", state=job)
    session.add(run)
    session.flush()
    session.execute(
        text('UPDATE tbl_import_batches SET state = :state, "jobId" = :job'),
        {"state": state, "job": run.uuid},
    )
    if after is None:
        with pytest.raises(Conflict):
            reopen(session, world["batch"])
    else:
        reopen(session, world["batch"])
    session.expire_all()
    assert session.get_one(ImportBatch, world["batch"]).state == (after or state)
