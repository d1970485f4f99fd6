"""`portal import`: the same steps as in the browser, every row accounted for."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import event, func, select, text, update

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.cli import main
from portal.cli.import_ import _given_up
from portal.core.db import db, libpq_url
from portal.core.embedded import Server
from portal.core.enums import ProjectStatus
from portal.imports.models import ImportBatch, TempBeneficiary
from portal.imports.operations.columns import fix_mapping, propose_mapping
from portal.projects.models import Project
from portal.users.operations.users import add_user
from tests.conftest import SECRET
from tests.jobs.halting import HALTED, Point, halting

pytestmark = pytest.mark.database

GOOD = "Name,Phone,Ward\nSita Tharu,9841000001,4\nRaman K.C.,9841000002,5\n"
MIXED = GOOD + "Sita Tharu,9841000001,4\nHari Lama,12,6\n"


@pytest.fixture(autouse=True)
def environment(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a command of a shell finds it."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("PORTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PORTAL_PASSWORD_COST", '{"memory": 8, "rounds": 1, "lanes": 1}')


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(MIXED)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, words)])


def outcome(*words: object) -> dict[str, Any]:
    """What the command's last line says, of one that ended well."""
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def uploads(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "instance").glob("uploads/*"))


def test_every_row_gets_one_verdict(people: Path) -> None:
    said = outcome(people)
    assert said["rows"] == 4
    assert said["verdicts"] == {"NEW": 2, "UPDATE": 0, "DUPLICATE": 1, "INVALID": 1}
    assert said["taken"] == 0
    assert UUID(said["batch"])


def test_nobody_is_registered_before_one_says_so(people: Path, committed_app: Flask) -> None:
    outcome(people)
    with committed_app.app_context():
        assert count(Beneficiary) == 0
        assert count(TempBeneficiary) == 4
        assert db.session.scalars(select(ImportBatch.state)).all() == ["REVIEW"]


def test_what_is_good_is_registered_when_asked(people: Path, committed_app: Flask) -> None:
    said = outcome(people, "--take-good")
    assert said["taken"] == 2
    assert sum(said["verdicts"].values()) == said["rows"] == 4
    with committed_app.app_context():
        names = db.session.scalars(select(BeneficiaryPii.name).order_by(BeneficiaryPii.name)).all()
        assert names == ["Raman K.C.", "Sita Tharu"]
        assert db.session.scalars(select(ImportBatch.state)).all() == ["TAKEN"]


def test_a_second_time_people_are_updated_and_not_doubled(tmp_path: Path, committed_app: Flask) -> None:
    path = tmp_path / "people.csv"
    path.write_text(GOOD)
    outcome(path, "--take-good")
    path.write_text(GOOD.replace(",4", ",9"))
    said = outcome(path, "--take-good")
    assert said["verdicts"] == {"NEW": 0, "UPDATE": 2, "DUPLICATE": 0, "INVALID": 0}
    assert said["taken"] == 2
    with committed_app.app_context():
        assert count(Beneficiary) == 2
        wards = db.session.scalars(select(Beneficiary.extras["Ward"].astext)).all()
        assert sorted(wards) == ["5", "9"]


def test_the_summary_names_what_is_wrong_and_where_to_go_on(people: Path) -> None:
    done = run(people)
    assert done.exit_code == 0
    assert "people.csv: 4 rows" in done.stdout
    assert "“12” cannot be a phone number" in done.stdout
    assert "Row 2 of the file has the same phone. (row 4)" in done.stdout
    assert "Nobody is registered yet." in done.stdout
    assert "http://127.0.0.1:8000/imports/" in done.stdout
    assert done.stderr == "", "no progress is drawn where nobody watches"


def test_a_file_of_headers_alone_is_no_mistake(tmp_path: Path, committed_app: Flask) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Phone ", "District "])  # type: ignore[union-attr]
    book.save(tmp_path / "empty.xlsx")
    said = outcome(tmp_path / "empty.xlsx", "--take-good", "--group", "Nobody")
    assert (said["rows"], said["taken"]) == (0, 0)
    assert set(said["verdicts"].values()) == {0}
    with committed_app.app_context():
        assert count(BeneficiaryGroup) == 0


def test_a_refused_file_ends_with_1_and_a_sentence_and_leaves_nothing(
    tmp_path: Path, committed_app: Flask
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = run(path, "--json")
    assert done.exit_code == 1
    assert "This is a picture, not a table." in done.stderr
    assert done.stdout == ""
    assert uploads(tmp_path) == []
    with committed_app.app_context():
        assert count(ImportBatch) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--project", "No such project"],
        ["--region", "ZZ"],
        ["--user", "nobody@example.org"],
        ["--nonsense"],
    ],
    ids=lambda words: words[0],
)
def test_what_is_asked_wrongly_ends_with_2(words: list[str], people: Path, committed_app: Flask) -> None:
    assert run(people, *words).exit_code == 2
    with committed_app.app_context():
        assert count(ImportBatch) == 0


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.csv").exit_code == 2


def test_people_join_the_project_and_the_group(people: Path, committed_app: Flask) -> None:
    with committed_app.app_context():
        project = Project(name="Flood Response", type="CVA", status=ProjectStatus.ACTIVE)
        db.session.add(project)
        db.session.commit()
        uuid = project.uuid
    outcome(people, "--take-good", "--project", "flood response", "--group", "East bank")
    with committed_app.app_context():
        assert db.session.scalars(select(BeneficiaryProject.project_id)).all() == [uuid, uuid]
        assert db.session.scalars(select(BeneficiaryGroup.name)).all() == ["East bank"]
        assert count(GroupedBeneficiary) == 2


def test_a_project_may_be_named_by_its_uuid_and_must_when_two_are_called_so(
    people: Path, committed_app: Flask
) -> None:
    with committed_app.app_context():
        twins = [Project(name="Twin", type="CVA", status=ProjectStatus.ACTIVE) for _ in range(2)]
        db.session.add_all(twins)
        db.session.commit()
        uuid = twins[1].uuid
    assert run(people, "--project", "Twin").exit_code == 2
    said = outcome(people, "--project", uuid)
    with committed_app.app_context():
        assert db.session.get_one(ImportBatch, UUID(said["batch"])).project_id == uuid


def test_a_closed_project_takes_nobody_in(people: Path, committed_app: Flask) -> None:
    with committed_app.app_context():
        db.session.add(Project(name="Over", type="CVA", status=ProjectStatus.CLOSED))
        db.session.commit()
    assert run(people, "--project", "Over").exit_code == 2


def test_the_work_stands_in_the_log_under_the_users_name(people: Path, committed_app: Flask) -> None:
    with committed_app.app_context():
        user = add_user(db.session(), "Olha", "olha@example.org")
        db.session.commit()
        id_, uuid = user.id, user.uuid
    said = outcome(people, "--take-good", "--user", "Olha@Example.org")
    with committed_app.app_context():
        assert db.session.get_one(ImportBatch, UUID(said["batch"])).created_by == id_
        logged = db.session.execute(
            text("SELECT DISTINCT actor FROM tbl_audit_log WHERE \"tableName\" = 'tbl_beneficiaries'")
        )
        assert logged.scalars().all() == [uuid]


def test_national_numbers_belong_to_the_region_named(tmp_path: Path, committed_app: Flask) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Name,Phone\nAmina Wanjiru,0712345678\n")
    outcome(path, "--take-good", "--region", "ke")
    with committed_app.app_context():
        assert db.session.scalars(select(BeneficiaryPii.phone)).all() == ["+254712345678"]


def test_another_sheet_may_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name"])  # type: ignore[union-attr]
    second = book.create_sheet("People")
    for row in (["Name"], ["Sita Tharu"], ["Raman K.C."]):
        second.append(row)
    book.save(tmp_path / "people.xlsx")
    assert outcome(tmp_path / "people.xlsx", "--sheet", "People")["rows"] == 2
    refused = run(tmp_path / "people.xlsx", "--sheet", "Pepole")
    assert refused.exit_code == 1
    assert "has no sheet “Pepole”" in refused.stderr


def test_columns_are_read_as_they_were_for_the_last_file_of_this_shape(
    people: Path, committed_app: Flask
) -> None:
    said = outcome(people)
    with committed_app.app_context():
        batch = db.session.get_one(ImportBatch, UUID(said["batch"]))
        mapping, region = propose_mapping(db.session(), batch, "NP")
        mapping = mapping.with_targets({2: "location"})
        fix_mapping(db.session(), batch.uuid, mapping, region, group_name=None, project=None, chosen_by=None)
        db.session.commit()
    outcome(people, "--take-good")
    with committed_app.app_context():
        assert set(db.session.scalars(select(Beneficiary.location))) == {"4", "5"}


def test_a_database_behind_the_program_is_left_alone(
    server: Server, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url(database="postgres"))
    done = run(people)
    assert done.exit_code == 1
    assert "First run: portal upgrade" in done.stderr


def test_a_database_that_does_not_answer_is_named(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    done = run(people)
    assert done.exit_code == 1
    assert "does not answer" in done.stderr


def hear_interrupts() -> None:
    """As started from a terminal: a shell has what it runs in the background ignore them, children included."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_midway_it_leaves_nothing(
    number: signal.Signals, tmp_path: Path, fresh_database: str, committed_app: Flask
) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Name,Phone\n" + "".join(f"Sita {n},+97798{n:08d}\n" for n in range(20)))
    url = libpq_url(fresh_database)
    with halting(url, Point("INSERT", "tbl_temp_beneficiaries", 10)):
        command = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "import", str(path), "--take-good"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=hear_interrupts,
        )
        with psycopg.connect(url, autocommit=True) as connection:
            while connection.execute(HALTED).fetchone() != (True,):
                assert command.poll() is None, command.communicate()
                time.sleep(0.02)
        command.send_signal(number)
        said, _ = command.communicate(timeout=60)
    assert command.returncode == 1, said
    with committed_app.app_context():
        assert (count(ImportBatch), count(TempBeneficiary), count(Beneficiary)) == (0, 0, 0)
    assert uploads(tmp_path) == []


def test_an_interrupt_in_the_middle_of_a_commit_leaves_nothing_either(committed_app: Flask) -> None:
    def interrupt(_session: Any) -> None:
        event.remove(db.session.registry(), "after_commit", interrupt)
        raise KeyboardInterrupt

    def work_on(uuid: UUID) -> None:
        with _given_up(uuid):
            db.session.execute(update(ImportBatch).values(sheet="one"))
            event.listen(db.session.registry(), "after_commit", interrupt)
            db.session.commit()

    with committed_app.app_context():
        batch = ImportBatch(file_name="people.csv", state="CHECKING")
        db.session.add(batch)
        db.session.commit()
        uuid = batch.uuid
        with pytest.raises(KeyboardInterrupt):
            work_on(uuid)

        assert count(ImportBatch) == 0
