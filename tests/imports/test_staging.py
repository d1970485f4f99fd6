"""Rows of a file, through the real reader, to where they can be looked at: all of them or none."""

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.imports.mapping import guess
from portal.imports.models import ImportBatch, TempBeneficiary
from portal.imports.operations.batches import StoredFile, create_batch, move
from portal.imports.operations.columns import fix_mapping, propose_mapping
from portal.imports.operations.staging import count_verdicts, stage_rows
from portal.imports.parsing import FileRefused, RowStream, inspect
from portal.imports.parsing.emitting import LineWriter
from portal.imports.tasks import CHECK
from portal.imports.values import convert_row
from portal.jobs.tasks import Progress, find
from tests.beneficiaries.naughty import NAUGHTY
from tests.imports.batches import inspection_of, plan_of, row
from tests.imports.workbooks import xlsx

pytestmark = pytest.mark.database


def batch_for(session: Session, path: Path, **targets: str) -> UUID:
    """A batch whose check has been asked for."""
    inspection = inspect(path, path.name)
    file = StoredFile(path, path.stat().st_size, path.name)
    batch = create_batch(session, file, path.name, inspection.to_json(), created_by=None)
    mapping = guess(inspection.headers, inspection.sample, "NP")
    mapping = mapping.with_targets({inspection.headers.index(header): to for header, to in targets.items()})
    fix_mapping(session, batch, mapping, "NP", group_name=None, project=None, chosen_by=None)
    move(session, batch, "CHECKING")
    session.commit()
    return batch


def check(session: Session, batch: UUID, progress: Progress | None = None) -> Any:
    known = find(CHECK)
    assert known
    result = known.body(progress or Progress(), batch=str(batch))
    session.expire_all()
    return result


def csv_of(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(content)
    return path


def test_each_row_is_staged_with_its_number_and_its_cells_as_they_stood(
    session: Session, tmp_path: Path
) -> None:
    content = "Name,Phone,Sex,DOB,Village\n Sita  Tharu ,980-1234567,F,02/01/1990,Rajapur\n\nAsha,,x,,\n"
    batch = batch_for(session, csv_of(tmp_path, content))
    assert check(session, batch) == {"rows": 2}
    first, second = row(session, batch, 2), row(session, batch, 4)
    assert first.raw[:3] == [" Sita  Tharu ", "980-1234567", "F"] or first.raw[0].strip() == "Sita  Tharu"
    assert (first.name, first.phone, first.gender, first.extras) == (
        "Sita Tharu",
        "+9779801234567",
        "FEMALE",
        {"Village": "Rajapur"},
    )
    assert first.birth_date.date().isoformat() == "1990-01-02"
    assert (second.name, second.phone, second.extras) == ("Asha", None, None)
    assert (first.verdict, first.take) == ("NEW", True)


def test_a_check_tells_the_counts_and_opens_the_review(session: Session, tmp_path: Path) -> None:
    content = "name,phone\nSita,9801234567\nAsha,9801234567\nBad,1\n"
    batch = batch_for(session, csv_of(tmp_path, content))
    seen: list[tuple[str | None, int, int | None]] = []
    check(
        session, batch, Progress(lambda progress: seen.append((progress.name, progress.done, progress.total)))
    )
    found = session.get_one(ImportBatch, batch)
    assert (found.state, found.row_count) == ("REVIEW", 3)
    assert found.counts == {
        "NEW": {"rows": 1, "take": 1},
        "UPDATE": {"rows": 0, "take": 0},
        "DUPLICATE": {"rows": 1, "take": 0},
        "INVALID": {"rows": 1, "take": 0},
    }
    assert count_verdicts(session, batch) == found.counts
    assert ("Reading and checking rows", 0, 3) in seen
    assert seen[-1][0] == "Comparing with the people already registered"


def test_checking_again_puts_the_new_rows_in_the_place_of_the_old(session: Session, tmp_path: Path) -> None:
    batch = batch_for(session, csv_of(tmp_path, "name,group\nSita,Mothers\nAsha,Fathers\n"))
    other = batch_for(session, csv_of(tmp_path, "name,group\nSita,Mothers\nAsha,Fathers\n"))
    check(session, batch)
    check(session, other)
    for _ in range(2):
        move(session, batch, "CHECKING")
        session.commit()
        check(session, batch)
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_beneficiaries")) == 4
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_beneficiary_group")) == 4
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_group")) == 2


def test_groups_are_staged_once_with_who_names_them(session: Session, tmp_path: Path) -> None:
    batch = batch_for(session, csv_of(tmp_path, "name,group\nSita,Mothers\nAsha,Mothers\nBina,\n"))
    check(session, batch)
    assert session.execute(
        text(
            "SELECT g.name, array_agg(t.name ORDER BY t.name) FROM tbl_temp_group g"
            ' JOIN tbl_temp_beneficiary_group m ON m."tempGroupUID" = g.uuid'
            ' JOIN tbl_temp_beneficiaries t ON t.uuid = m."tempBenefUID" GROUP BY 1'
        )
    ).all() == [("Mothers", ["Asha", "Sita"])]


def test_all_rows_or_none_where_the_reading_breaks_off(session: Session) -> None:
    table = [["name"], *([f"Person {number}"] for number in range(10))]
    file = StoredFile(Path("/nowhere"), 1, "x")
    batch = create_batch(session, file, "x.csv", inspection_of(table).to_json(), created_by=None)
    session.commit()

    def breaking_off() -> Any:
        mapping = guess(["name"], [], "NP")
        writer = LineWriter()
        for number, cells in enumerate(table[1:], 2):
            if number == 7:
                raise FileRefused("Torn.")
            yield 1, (writer.line(number, cells, convert_row(cells, mapping.to_plan("NP"))) + "\n").encode()

    with pytest.raises(FileRefused):
        stage_rows(session, batch, breaking_off(), lambda _rows: None)
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM tbl_temp_beneficiaries")) == 0


def test_D2_whatever_a_cell_holds_it_is_staged_as_it_stood(session: Session, tmp_path: Path) -> None:
    words = [each for each in NAUGHTY if each.strip()]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([["Name", "Remark", "Village"], *(["Sita", each, each] for each in words)])
    path = tmp_path / "people.csv"
    path.write_bytes(buffer.getvalue().encode())
    batch = batch_for(session, path, Remark="notes")
    assert check(session, batch) == {"rows": len(words)}
    staged = session.scalars(select(TempBeneficiary).order_by(TempBeneficiary.row_number)).all()
    assert [one.raw[1] for one in staged if one.raw] == [each.lstrip(" ") for each in words]
    assert {one.verdict for one in staged} == {"NEW"}


def test_a_workbook_is_staged_like_a_text(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(
        xlsx([["Name", "Phone", "Age"], ["Sita", 9801234567.0, 30], ["Asha", "981-2345678", "31"]])
    )
    batch = batch_for(session, path)
    check(session, batch)
    assert [
        (one.phone, one.age) for one in session.scalars(select(TempBeneficiary).order_by(TempBeneficiary.id))
    ] == [
        ("+9779801234567", 30),
        ("+9779812345678", 31),
    ]


def test_a_header_without_people_is_a_batch_without_rows(session: Session, tmp_path: Path) -> None:
    batch = batch_for(session, csv_of(tmp_path, "name,phone\n"))
    assert check(session, batch) == {"rows": 0}
    assert session.get_one(ImportBatch, batch).state == "REVIEW"


def test_the_mapping_is_proposed_from_the_file_then_from_memory_then_as_chosen(
    session: Session, tmp_path: Path
) -> None:
    def fresh() -> ImportBatch:
        inspection = inspection_of([["Name", "Contact", "Place"], ["Sita", "9801234567", "x"]])
        file = StoredFile(tmp_path, 1, "x")
        return session.get_one(
            ImportBatch, create_batch(session, file, "x.csv", inspection.to_json(), created_by=None)
        )

    first = fresh()
    mapping, region = propose_mapping(session, first, "NP")
    assert region == "NP"
    chosen = mapping.with_targets({1: "phone", 2: "location"})
    fix_mapping(session, first.uuid, chosen, "KE", group_name=" ", project=None, chosen_by=None)
    session.expire_all()
    assert session.get_one(ImportBatch, first.uuid).group_name is None
    assert propose_mapping(session, first, "NP") == (chosen, "KE")
    again, region = propose_mapping(session, fresh(), "NP")
    assert [column.target for column in again.columns] == ["name", "phone", "location"]
    assert region == "KE"
    assert propose_mapping(session, fresh(), "NP", region="IN")[1] == "IN"


def test_a_stream_can_be_read_for_the_plan_of_its_batch(session: Session, tmp_path: Path) -> None:
    path = csv_of(tmp_path, "name\n" + "".join(f"Person {number}\n" for number in range(3_000)))
    batch = batch_for(session, path)
    inspection = inspect(path, path.name)
    with RowStream(path, inspection, plan_of(session, batch)) as stream:
        assert sum(block.rows for block in stream) == 3_000
