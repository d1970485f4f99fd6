"""Making batches and looking at their rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.imports.mapping import Mapping, guess
from portal.imports.models import ImportBatch, TempBeneficiary
from portal.imports.operations.batches import StoredFile, create_batch, move
from portal.imports.operations.columns import fix_mapping
from portal.imports.operations.mending import stored_row
from portal.imports.operations.staging import count_verdicts, stage_rows
from portal.imports.parsing import Inspection
from portal.imports.parsing.emitting import LineWriter
from portal.imports.tasks import TAKE, UNDO
from portal.imports.values import convert_row
from portal.jobs.tasks import Progress, find

Table = Sequence[Sequence[str]]


def inspection_of(table: Table) -> Inspection:
    """What the reader would find in a file of this table, headers first."""
    header, *rows = (tuple(row) for row in table)
    numbers = tuple(range(2, len(rows) + 2))
    return Inspection(
        kind="csv", encoding="utf-8", delimiter=",", sheets=(), sheet=None, header_row=1, titles=(), headers=header,
        sample=tuple(rows[:20]), sample_rows=numbers[:20], rows=len(rows), blank_rows=0,
    )  # fmt: skip


def stage(
    session: Session, table: Table, *, group_name: str | None = None, project: UUID | None = None, **more: Any
) -> UUID:
    """A batch under review, its rows judged. `table` has the headers first; they decide what a column is."""
    inspection = inspection_of(table)
    file = StoredFile(Path("/nowhere") / f"{uuid4()}.csv", 1, more.pop("digest", uuid4().hex))
    batch = create_batch(
        session, file, "people.csv", inspection.to_json(), created_by=more.pop("created_by", None)
    )
    mapping = guess(inspection.headers, inspection.sample, "NP")
    fix_mapping(session, batch, mapping, "NP", group_name=group_name, project=project, chosen_by=None)
    plan, writer = mapping.to_plan("NP"), LineWriter()
    lines = [
        (writer.line(number, list(cells), convert_row(cells, plan)) + "\n").encode()
        for number, cells in enumerate(table[1:], 2)
    ]
    move(session, batch, "CHECKING")
    stage_rows(session, batch, ((1, line) for line in lines), lambda _rows: None)
    counts = count_verdicts(session, batch)
    move(session, batch, "REVIEW", counts=counts, row_count=len(lines))
    session.commit()
    return batch


def plan_of(session: Session, batch: UUID) -> Any:
    """How the batch's cells are read."""
    found = session.get_one(ImportBatch, batch)
    return Mapping.from_json(found.mapping["mapping"]).to_plan(found.mapping["region"])


def verdicts(session: Session, batch: UUID) -> list[str]:
    """Each row's verdict, in the file's order."""
    return list(
        session.scalars(
            select(TempBeneficiary.verdict)
            .where(TempBeneficiary.batch_id == batch)
            .order_by(TempBeneficiary.row_number)
        )
    )


def row(session: Session, batch: UUID, number: int) -> Any:
    """The row of that number in the file (the first below the headers is 2); its columns may be asked for freely."""
    session.expire_all()
    return stored_row(session, batch, number)


def reasons(session: Session, batch: UUID, number: int) -> list[str]:
    """The codes of what is said of a row."""
    found = row(session, batch, number)
    return [entry["code"] for entry in [*(found.problems or []), *(found.reasons or [])]]


def take(session: Session, batch: UUID) -> dict[str, Any]:
    """Take what is chosen, as the worker does."""
    return _run(session, batch, "TAKING", TAKE)


def undo(session: Session, batch: UUID) -> dict[str, Any]:
    """Take a batch back, as the worker does."""
    return _run(session, batch, "UNDOING", UNDO)


def _run(session: Session, batch: UUID, state: str, kind: str) -> dict[str, Any]:
    move(session, batch, state)
    session.commit()
    known = find(kind)
    assert known
    result = known.body(Progress(), batch=str(batch))
    session.expire_all()
    assert result is not None
    return result


REGISTRY = (
    "tbl_beneficiaries",
    "tbl_beneficiaries_pii",
    "tbl_beneficiaries_group",
    "tbl_grouped_beneficiaries",
    "tbl_beneficiaries_projects",
    "tbl_beneficiaries_gorup_projects",
)


def registry(session: Session) -> dict[str, list[Any]]:
    """All that the registry holds, less what counts its changes: to compare before and after."""
    kept = "to_jsonb(r) - 'version' - 'updatedAt' - 'deletedAt' || jsonb_build_object('gone', to_jsonb(r) ? 'deletedAt'"
    return {
        table: list(
            session.scalars(
                text(
                    f"SELECT ({kept} AND to_jsonb(r) -> 'deletedAt' <> 'null'))::text FROM {table} r ORDER BY 1"
                )
            )
        )
        for table in REGISTRY
    }
