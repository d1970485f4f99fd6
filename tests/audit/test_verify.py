"""Whatever is done to the log by somebody whom nothing stops shows in the check, and where it was done."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.audit.operations import record
from portal.audit.outside import FILE, note
from portal.audit.queries.checking import Finding, Report, check_log
from portal.cli import main
from portal.cli.audit import TAMPERED, in_words
from tests.audit.sealed import NOWHERE, check, fill, opened, seal

pytestmark = pytest.mark.database

TRIALS = 100
COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "txid": "(txid::text::bigint + 1)::text::xid8",
    "actor": "gen_random_uuid()",
    '"requestId"': "'another'",
    "action": "'DELETE'",
    '"tableName"': "'tbl_users'",
    '"recordId"': "'another'",
    "before": "'null'::jsonb",
    "after": "jsonb_set(after, '{name}', '\"another\"')",
    "details": "'{}'::jsonb",
}
"""Each column of an entry, with another value for it."""


@pytest.fixture(scope="module")
def sealed(server: Any, template: str) -> Iterator[Session]:
    """Somebody with every privilege before a log of 240 sealed entries; what they do is taken back after each trial."""
    from tests.conftest import _clone

    for address in _clone(server, template, f"sealed_{random.getrandbits(64):x}"):
        with opened(address) as session:
            fill(session, 240)
            seal(session, size=40)
        with opened(address, superuser=True) as session:
            yield session


def ids_of(session: Session, number: int, choice: random.Random) -> list[int]:
    return choice.sample(list(session.scalars(text("SELECT id FROM tbl_audit_log"))), number)


def edit(session: Session, choice: random.Random) -> set[int]:
    (chosen,) = ids_of(session, 1, choice)
    column, value = choice.choice(list(COLUMNS.items()))
    session.execute(text(f"UPDATE tbl_audit_log SET {column} = {value} WHERE id = :id"), {"id": chosen})
    return {chosen}


def delete(session: Session, choice: random.Random) -> set[int]:
    (chosen,) = ids_of(session, 1, choice)
    session.execute(text("DELETE FROM tbl_audit_log WHERE id = :id"), {"id": chosen})
    return {chosen}


def put_in(session: Session, choice: random.Random) -> set[int]:
    """A copy of an entry under a number that is free, somewhere in the sealed part."""
    (chosen,) = ids_of(session, 1, choice)
    new = choice.choice([-1, 10**9])
    session.execute(
        text(
            'INSERT INTO tbl_audit_log (id, at, txid, actor, action, "tableName", "recordId", after)'
            " OVERRIDING SYSTEM VALUE SELECT :new, at, (txid::text::bigint - 1)::text::xid8, actor, action,"
            ' "tableName", "recordId", after FROM tbl_audit_log WHERE id = :id'
        ),
        {"id": chosen, "new": new if new > 0 else chosen + 10**6},
    )
    return {new if new > 0 else chosen + 10**6}


def swap(session: Session, choice: random.Random) -> set[int]:
    """Two entries change places: each keeps all but its number and transaction."""
    one, other = ids_of(session, 2, choice)
    session.execute(
        text(
            "UPDATE tbl_audit_log AS here SET at = there.at, actor = there.actor, action = there.action,"
            ' "tableName" = there."tableName", "recordId" = there."recordId", before = there.before,'
            ' after = there.after, details = there.details, "requestId" = there."requestId"'
            " FROM tbl_audit_log AS there WHERE (here.id, there.id) IN ((:a, :b), (:b, :a))"
        ),
        {"a": one, "b": other},
    )
    return {one, other}


KINDS: dict[str, tuple[Callable[[Session, random.Random], set[int]], set[str]]] = {
    "edit": (edit, {"changed", "missing", "added"}),
    "delete": (delete, {"missing"}),
    "insert": (put_in, {"added"}),
    "reorder": (swap, {"changed"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_G2_every_edit_deletion_insertion_and_reordering_is_found_a_hundred_times(
    sealed: Session, kind: str
) -> None:
    tamper, expected = KINDS[kind]
    for trial in range(TRIALS):
        touched = tamper(sealed, random.Random(f"{kind} {trial}"))
        found = check(sealed).findings
        sealed.rollback()
        assert found, f"trial {trial}: {touched}"
        assert {finding.kind for finding in found} <= expected, f"trial {trial}: {found}"
        if kind in {"insert", "reorder"}:
            assert {id_ for finding in found for id_ in finding.ids} == touched
        if kind == "delete":
            (gone,) = touched
            assert any((f.first or 0) <= gone <= (f.last or 0) for f in found)
    assert check(sealed).findings == [], "and nothing where nothing was done"


@pytest.mark.parametrize("column", COLUMNS)
def test_G2_each_column_of_an_entry_is_sealed(sealed: Session, column: str) -> None:
    sealed.execute(text(f"UPDATE tbl_audit_log SET {column} = {COLUMNS[column]} WHERE id = 120"))
    found = check(sealed).findings
    sealed.rollback()
    assert 120 in {id_ for finding in found for id_ in finding.ids}


@pytest.mark.parametrize(
    ("tampering", "kinds"),
    [
        (
            "UPDATE tbl_audit_seals SET marks = substr(marks, 9) || substr(marks, 1, 8) WHERE number = 3",
            {"seal"},
        ),
        ('UPDATE tbl_audit_seals SET "sealedAt" = now() WHERE number = 3', {"seal"}),
        ("UPDATE tbl_audit_seals SET hash = sha256('x') WHERE number = 3", {"seal", "chain"}),
        ("DELETE FROM tbl_audit_seals WHERE number = 3", {"seals"}),
        ("DELETE FROM tbl_audit_seals WHERE number = 1", {"seals"}),
        (
            "INSERT INTO tbl_audit_log (txid, action) VALUES ('9000000000', 'FAKE')",
            {"added"},
        ),
    ],
)
def test_G2_a_seal_that_is_changed_or_gone_shows_too(
    sealed: Session, tampering: str, kinds: set[str]
) -> None:
    sealed.execute(text(tampering))
    found = check(sealed).findings
    sealed.rollback()
    assert {finding.kind for finding in found} == kinds, found


def test_G2_a_log_that_was_cut_at_its_end_shows_only_against_what_was_written_down_outside(
    sealed: Session, tmp_path: Path
) -> None:
    outside = tmp_path / FILE
    seals = check_seals(sealed)
    note(outside, seals)
    assert check(sealed, outside).findings == []

    sealed.execute(
        text('DELETE FROM tbl_audit_log WHERE id > (SELECT "toId" FROM tbl_audit_seals WHERE number = 4)')
    )
    sealed.execute(text("DELETE FROM tbl_audit_seals WHERE number > 4"))
    inside, against = check(sealed), check(sealed, outside)
    sealed.rollback()

    assert inside.findings == [], "in itself it is whole"
    assert against.findings == [Finding("cut", 4, last=seals[-1].to_id, count=len(seals) - 4)]


def test_G2_a_log_that_was_sealed_anew_as_a_whole_shows_against_it_too(
    sealed: Session, tmp_path: Path
) -> None:
    outside = tmp_path / FILE
    note(outside, check_seals(sealed))
    sealed.execute(text("UPDATE tbl_audit_log SET action = 'nothing' WHERE id = 100"))
    sealed.execute(text("TRUNCATE tbl_audit_seals"))
    from portal.audit.operations.sealing import seal_entries

    # Sealed by hand, in the same transaction: what an intruder with all rights would do.
    seal_entries(sealed, 100, 40)
    inside, against = check(sealed), check(sealed, outside)
    sealed.rollback()
    assert {finding.kind for finding in inside.findings} <= {"added"}
    assert "rewritten" in {finding.kind for finding in against.findings}


def test_a_line_outside_that_cannot_be_read_is_told(sealed: Session, tmp_path: Path) -> None:
    outside = tmp_path / FILE
    note(outside, check_seals(sealed)[:2])
    outside.write_text(outside.read_text() + "torn\n")
    assert check(sealed, outside).findings == [Finding("unreadable", 3)]


def check_seals(session: Session) -> list[Any]:
    from portal.audit.queries.seals import seals_after

    return seals_after(session, 0)


@pytest.fixture
def portal_audit(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`portal audit verify` over a database of its own."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    return lambda *more: CliRunner().invoke(main, ["audit", "verify", *more])


def test_G2_the_command_says_in_words_and_by_its_exit_code_what_was_done(
    portal_audit: Callable[..., Any], fresh_database: str, tmp_path: Path
) -> None:
    with opened(fresh_database) as session:
        fill(session, 100)
        note(tmp_path / FILE, seal(session, size=60))
        fill(session, 7)
    whole = portal_audit()
    assert whole.exit_code == 0, whole.output
    assert "as it was sealed" in whole.output
    assert "7 new entries are not sealed yet" in whole.output
    assert json.loads(portal_audit("--json").output)["intact"] is True

    with opened(fresh_database, superuser=True) as session:
        session.execute(text("UPDATE tbl_audit_log SET action = 'nothing' WHERE id = 30"))
        session.execute(text("DELETE FROM tbl_audit_log WHERE id = 90"))
        session.commit()
    broken = portal_audit()
    assert broken.exit_code == TAMPERED
    assert "were changed or moved: 30 (seal 1)" in broken.output
    assert "1 of the entries" in broken.output
    assert "were deleted (seal 2)" in broken.output
    told = json.loads(portal_audit("--json").output)
    assert [finding["kind"] for finding in told["findings"]] == ["changed", "missing"]
    assert told["findings"][0]["ids"] == [30]


def test_without_a_file_outside_the_command_says_what_would_not_show(
    portal_audit: Callable[..., Any],
) -> None:
    assert "an end that was cut off would not show" in portal_audit().output
    missing = portal_audit("--log", "/nowhere/seals.log")
    assert missing.exit_code == 1
    assert "There is no file" in missing.output


def test_times_and_languages_of_a_session_do_not_change_what_is_sealed(sealed: Session) -> None:
    for setting in (
        "timezone = 'Asia/Kathmandu'",
        "intervalstyle = 'sql_standard'",
        "extra_float_digits = 0",
        "bytea_output = 'escape'",
    ):
        sealed.execute(text(f"SET LOCAL {setting}"))
    found = check_log(sealed, NOWHERE).findings
    sealed.rollback()
    assert found == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE tbl_audit_words SET words = 'Reporting'", {"words"}),
        ("UPDATE tbl_audit_words SET salt = '\\x00'", {"words"}),
        ('UPDATE tbl_audit_words SET words = NULL, salt = NULL, "erasedAt" = now()', set()),
        ("DELETE FROM tbl_audit_words", {"words"}),
    ],
)
def test_G2_own_words_that_were_changed_are_found_and_erased_ones_are_no_fault(
    sealed: Session, change: str, found: set[str]
) -> None:
    record(sealed, "REVEAL", details={"rows": 1}, words="To call her husband")
    assert "words" not in {finding.kind for finding in check(sealed).findings}
    sealed.execute(text(change))
    findings = [finding for finding in check(sealed).findings if finding.kind == "words"]
    sealed.rollback()
    assert {finding.kind for finding in findings} == found
    for finding in findings:
        assert "own words of 1 of the entries" in next(in_words(Report(findings=[finding])))
