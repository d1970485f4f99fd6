"""A scan finds who is registered twice, leaves the others alone, and remembers what was decided."""

import datetime as dt
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.duplicates.models import Duplicate
from portal.duplicates.operations import scanning
from portal.duplicates.operations.merging import keep_apart
from portal.duplicates.operations.scanning import scan
from portal.duplicates.tasks import scan_everybody
from portal.jobs.progress import Cancelled, Progress
from tests.duplicates.pairs import BORN, SITA
from tests.factories import add_beneficiary, add_user_with


def scanned(session: Session) -> dict[str, int]:
    return scan(session, uuid4(), lambda _name, _total: None, lambda _done: None)


def pairs(session: Session) -> list[Duplicate]:
    session.expire_all()
    return list(session.scalars(select(Duplicate).order_by(Duplicate.id)))


@pytest.mark.parametrize(
    ("names", "facts"),
    [
        (("Sita Tharu", "Seeta Tharu"), SITA),
        (("Sita Kumari Tharu", "Kumari Tharu Sita"), SITA),
        (("Laxmi Shrestha", "Lakshmi Srestha"), SITA),
        (("Suresh Gautam", "Sureshg Autam"), SITA),
        (("सीता थारू", "सिता थारु"), SITA),
        (("सीता थारू", "Sita Tharu"), SITA),
        (("محمد الشامي", "مُحَمَّد الشامى"), SITA),
        (("Ram Thapa", "Ram Thapa"), {"age": 40, "gender": "MALE", "location": "Sunsari"}),
    ],
)
def test_the_same_person_is_found_by_name_birth_and_place(
    session: Session, names: tuple[str, str], facts: dict[str, object]
) -> None:
    for name in names:
        add_beneficiary(session, name, **facts)  # type: ignore[arg-type]
    add_beneficiary(session, "Bikram Oli", **SITA)
    assert scanned(session) == {"people": 3, "found": 1, "new": 1, "left_out": 0, "largest": 0}


def test_the_same_id_and_the_same_line_of_another_country_are_found(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", "+9779812345678", govt_id="77-01")
    add_beneficiary(session, "Sita T.", govt_id="7701")
    add_beneficiary(session, "Sita Tharu", "+919812345678")
    add_beneficiary(session, "Sita Tharu", extras={"shared phone": "+9779812345678"})
    scanned(session)
    found = {frozenset(pair.reasons) & {"SAME_PHONE", "SAME_ID"} for pair in pairs(session)}
    assert found == {frozenset({"SAME_PHONE"}), frozenset({"SAME_ID"})}
    assert len(pairs(session)) == 4


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (("Sita Tharu", "Gita Limbu"), {}),
        (("सीता थारू", "हरि तामाङ"), {}),
        (("محمد الشامي", "فاطمة الزهراء"), {}),
        (("Sita Tharu", "Sita Tharu"), {"birth_date": BORN - dt.timedelta(days=4000)}),
        (("Sita Tharu", "Sita Tharu"), {"gender": "MALE", "birth_date": BORN + dt.timedelta(days=100)}),
    ],
)
def test_other_people_are_left_alone(
    session: Session, names: tuple[str, str], apart: dict[str, object]
) -> None:
    add_beneficiary(session, names[0], **SITA)
    add_beneficiary(session, names[1], **{**SITA, **apart})
    assert scanned(session)["found"] == 0


def test_a_scan_again_finds_nothing_new_and_drops_what_was_mended(session: Session) -> None:
    one = add_beneficiary(session, "Sita Tharu", **SITA)
    add_beneficiary(session, "Seeta Tharu", **SITA)
    assert scanned(session)["new"] == 1
    assert scanned(session)["new"] == 0
    one.birth_date = BORN - dt.timedelta(days=9000)
    one.location = "Elsewhere"
    session.flush()
    assert scanned(session)["found"] == 0
    assert pairs(session) == []


def test_who_was_kept_apart_is_offered_again_only_when_their_data_change(session: Session) -> None:
    officer = add_user_with(session, "officer", "Officer")
    one = add_beneficiary(session, "Sita Tharu", **SITA)
    add_beneficiary(session, "Seeta Tharu", **SITA)
    scanned(session)
    keep_apart(session, pairs(session)[0], by_id=officer.id)
    session.flush()
    scanned(session)
    assert [pair.state for pair in pairs(session)] == ["DIFFERENT"]
    one.location = "Morang"
    session.flush()
    scanned(session)
    assert [pair.state for pair in pairs(session)] == ["OPEN"]


def test_the_deleted_are_not_compared(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", **SITA)
    add_beneficiary(session, "Seeta Tharu", deleted_at=BORN, **SITA)
    assert scanned(session) == {"people": 1, "found": 0, "new": 0, "left_out": 0, "largest": 0}


@pytest.fixture
def common(session: Session) -> None:
    """Six namesakes of one place and age, and two people who share a phone and nothing else."""
    for _ in range(6):
        add_beneficiary(session, "Ram Thapa", age=40, gender="MALE", location="Sunsari")
    add_beneficiary(session, "Sita Tharu", "+9779812345678")
    add_beneficiary(session, "Sita Tharu", extras={"shared phone": "+9779812345678"})


def test_a_mark_that_too_many_share_is_left_out_and_told(
    session: Session, common: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scanned(session) == {"people": 8, "found": 16, "new": 16, "left_out": 0, "largest": 0}
    session.execute(delete(Duplicate))
    monkeypatch.setattr(scanning, "CROWDED", 5)
    assert scanned(session) == {"people": 8, "found": 1, "new": 1, "left_out": 5, "largest": 6}


def test_of_more_pairs_than_a_search_compares_those_with_the_rarest_marks_come_first(
    session: Session, common: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        add_beneficiary(session, "Hari Oli", age=30, gender="MALE", location="Banke")
    monkeypatch.setattr(scanning, "MOST", 14)
    assert scanned(session) == {"people": 10, "found": 2, "new": 2, "left_out": 5, "largest": 6}


def test_what_was_found_before_stays_though_its_mark_is_left_out_now(
    session: Session, common: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scanned(session)["found"] == 16
    monkeypatch.setattr(scanning, "CROWDED", 5)
    assert scanned(session)["found"] == 16
    assert len(pairs(session)) == 16


def test_the_job_says_how_far_it_is_and_can_be_cancelled(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", **SITA)
    add_beneficiary(session, "Seeta Tharu", **SITA)
    steps: list[str | None] = []

    def show(progress: Progress) -> None:
        steps.append(progress.name)
        if progress.name == "Comparing":
            raise Cancelled

    with pytest.raises(Cancelled):
        scan_everybody(Progress(show))
    assert steps[:2] == ["Reading names, phones and ids", "Looking for what people have in common"]
    db.session.rollback()
    assert scan_everybody(Progress())["people"] >= 0
