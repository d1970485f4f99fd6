"""`portal demo`: believable, repeatable, nobody's data; and crowds for measuring."""

import datetime as dt
import re
import unicodedata
from pathlib import Path

import phonenumbers
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, text

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    GroupedBeneficiary,
)
from portal.cli import main
from portal.cli.demo import load_if_empty
from portal.core.db import db
from portal.demo.bulk import take_stock, without_indexes
from portal.demo.crowd import TABLES, add_crowd
from portal.demo.names import distinct_names
from portal.demo.people import people
from portal.demo.phones import areas, capacity, fictitious
from portal.projects.models import Project
from portal.users.models import User
from portal.users.operations.users import add_user
from tests.conftest import SECRET

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def quiet(_step: str, _done: int, _total: int) -> None:
    """Shows nothing."""


@pytest.fixture
def environment(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a command of a shell finds it."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("PORTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PORTAL_PASSWORD_COST", '{"memory": 8, "rounds": 1, "lanes": 1}')


@pytest.fixture
def portal(app: Flask, session: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal inside the test's transaction, with an instance folder of its own."""
    monkeypatch.setitem(app.config, "PORTAL_INSTANCE", tmp_path)
    return app


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["demo", *map(str, words)])


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_demo_is_the_same_people_each_time() -> None:
    assert list(people(NOW)) == list(people(NOW))
    assert len(list(people(NOW))) == 610


def test_names_are_of_many_scripts() -> None:
    letters = "".join(one.pii["name"] for one in people(NOW))
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    assert scripts >= {"LATIN", "DEVANAGARI", "ARABIC", "BENGALI", "ETHIOPIC", "KHMER", "CYRILLIC", "CJK"}
    assert set("ığşÇóñễ") <= set(letters)


def test_nobody_has_these_phones_although_they_are_well_formed() -> None:
    phones = [one.pii["phone"] for one in people(NOW)]
    real = [phone for phone in phones if not phone.startswith("none:")]
    assert len(set(phones)) == len(phones)
    assert 0 < len(phones) - len(real) < 100
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in real)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in real)


def test_the_fictitious_numbers_do_not_repeat_and_end() -> None:
    every = [fictitious(number) for number in range(len(areas()) * 100)]
    assert len(set(every)) == len(every)
    with pytest.raises(IndexError):
        fictitious(len(every))


def test_ages_follow_from_birth_dates() -> None:
    known = [one.person for one in people(NOW) if one.person["birth_date"]]
    for person in known:
        born = person["birth_date"].date()
        had_birthday = (NOW.month, NOW.day) >= (born.month, born.day)
        assert person["age"] == NOW.year - born.year - (not had_birthday)
    assert {one.person["birth_date"] for one in people(NOW)} > {None}


def test_people_came_over_months_and_none_of_them_tomorrow() -> None:
    came = [one.person["created_at"] for one in people(NOW)]
    assert max(came) <= NOW
    assert max(came) - min(came) > dt.timedelta(days=200)


@pytest.mark.database
def test_a_portal_in_use_gets_no_demo(portal: Flask) -> None:
    add_user(db.session(), "Asha", "asha@example.org")
    db.session.commit()
    assert load_if_empty() == []
    assert (count(Beneficiary), count(User)) == (0, 1)


@pytest.mark.database
def test_the_command_loads_once_and_refuses_the_second_time(environment: None, committed_app: Flask) -> None:
    assert run().exit_code == 0
    for words in ([], ["--yes"]):
        assert run(*words).exit_code == 1
    with committed_app.app_context():
        assert count(Beneficiary) == 610
        assert tuple(db.session.execute(text(DESK)).one()) == ("APPROVED", 4, 1, 1)


DESK = """
SELECT v.state, (SELECT count(DISTINCT status) FROM tbl_transactions t WHERE t."vendorId" = v.uuid),
    (SELECT count(*) FROM tbl_transactions t
        WHERE t."vendorId" = v.uuid AND t."createdBy" = u.id AND t.status = 'PENDING'),
    (SELECT count(*) FROM tbl_grievances g JOIN tbl_transactions t ON t.uuid = g."transactionId"
        WHERE g."reporterUserId" = u.id AND t."vendorId" = v.uuid)
FROM tbl_users u JOIN tbl_vendors v ON v.uuid = u.uuid WHERE u.email = 'vendor@example.org'
"""
"""How the vendor who can sign in stands: state, kinds of payments, own claims that wait, own disputes."""


@pytest.mark.database
def test_a_crowd_comes_to_registered_people_only_when_that_is_meant(
    environment: None, committed_app: Flask
) -> None:
    done = run("--people", 300)
    assert done.exit_code == 0, done.output
    assert "admin@example.org" in done.stdout
    refused = run("--people", 300)
    assert refused.exit_code == 1
    assert "--yes" in refused.stderr
    assert run("--people", 300, "--yes").exit_code == 0
    with committed_app.app_context():
        assert count(Beneficiary) == count(BeneficiaryPii) == 600
        assert db.session.scalar(select(func.count(func.distinct(BeneficiaryPii.phone)))) == 600
        db.session.add(Beneficiary(wallet_address="0x" + "1" * 40))
        db.session.commit()


@pytest.mark.database
def test_a_crowd_is_like_a_registry(app: Flask, session: object) -> None:
    add_crowd(db.session(), 4_000, quiet)
    by_name = db.session.scalars(
        select(func.count()).select_from(BeneficiaryPii).group_by(BeneficiaryPii.name)
    ).all()
    assert len(by_name) > 2_000
    assert max(by_name) > 10
    assert count(Project) == 6
    assert count(BeneficiaryGroup) == 20
    assert count(GroupedBeneficiary) > 1_000
    assert db.session.scalar(select(func.count(func.distinct(Beneficiary.location)))) == 77 + 29
    gone = select(func.count()).where(Beneficiary.deleted_at.is_not(None))
    assert 60 < (db.session.scalar(gone) or 0) < 200
    assert (db.session.scalar(select(func.max(Beneficiary.created_at))) or NOW) <= dt.datetime.now(dt.UTC)
    phones = db.session.scalars(select(BeneficiaryPii.phone)).all()
    assert all(re.fullmatch(r"\+1\d{3}555(?!01)\d{4}|none:.*", phone) for phone in phones)
    logged = db.session.scalar(
        text("SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_beneficiaries'")
    )
    assert logged == 4_000


@pytest.mark.database
def test_a_crowd_is_the_same_people_each_time(app: Flask, session: object) -> None:
    facts = text(
        "SELECT string_agg(name || phone, ' ' ORDER BY \"beneficiaryId\") FROM tbl_beneficiaries_pii"
    )

    def crowd() -> str | None:
        with db.session.begin_nested() as attempt:
            add_crowd(db.session(), 50, quiet)
            said: str | None = db.session.scalar(facts)
            attempt.rollback()
        return said

    assert crowd() == crowd() != None  # noqa: E711 -- one expression for both


def test_a_crowd_has_as_many_names_as_asked() -> None:
    names = distinct_names(3_000, 1)
    assert len({name for name, _ in names}) == 3_000
    assert names == distinct_names(3_000, 1)


def test_there_are_phones_for_millions() -> None:
    assert capacity() > 4_000_000


STRUCTURE = text(
    """
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables)
UNION ALL
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid::regclass::text = ANY(:tables)
ORDER BY 1, 2, 3
"""
)


@pytest.mark.database
def test_every_index_and_key_comes_back_after_a_bulk_load(app: Flask, session: object) -> None:
    def structure() -> list[tuple[str, str, str]]:
        return [tuple(row) for row in db.session.execute(STRUCTURE, {"tables": TABLES})]

    before = structure()
    with without_indexes(db.session(), TABLES):
        assert not [name for _, name, _ in structure() if name.startswith(("ix_", "uq_", "fk_"))]
    assert structure() == before


@pytest.mark.database
def test_stock_is_taken_as_widely_as_each_column_asks(app: Flask, session: object) -> None:
    wide = text(
        "SELECT a.attstattarget FROM pg_attribute a WHERE a.attname = 'searchText' "
        "AND a.attrelid = 'tbl_beneficiaries_pii'::regclass"
    )
    known = text(
        "SELECT DISTINCT tablename FROM pg_stats WHERE tablename LIKE 'tbl_beneficiaries_pii' OR "
        "tablename LIKE 'ix_tbl_beneficiaries_pii_sound'"
    )
    add_crowd(db.session(), 50, lambda _step, _done, _total: None)
    take_stock(db.session(), TABLES)
    assert db.session.scalar(wide) == 1000
    assert len(db.session.scalars(known).all()) == 2
