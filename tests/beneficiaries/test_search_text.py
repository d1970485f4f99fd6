"""People are found by how their name reads, whatever way it was typed; the database keeps that text itself."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session


def folded(session: Session, value: str | None) -> str | None:
    found = session.execute(text("SELECT portal_fold(CAST(:value AS text))"), {"value": value})
    return found.scalar_one()  # type: ignore[no-any-return]


def search_text(session: Session, name: str | None, phone: str, government_id: str | None = None) -> str:
    """What the database makes of a person's name, phone and government id."""
    made = session.execute(
        text('INSERT INTO tbl_beneficiaries ("walletAddress") VALUES (:wallet) RETURNING id'),
        {"wallet": str(uuid4())},
    )
    found = session.execute(
        text(
            'INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone, extras) VALUES (:key, :name, :phone,'
            " jsonb_build_object('govtIDNumber', CAST(:id AS text))) RETURNING \"searchText\""
        ),
        {"key": made.scalar_one(), "name": name, "phone": phone, "id": government_id},
    )
    return str(found.scalar_one())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Élodie ÅSTRÖM", "elodie astrom"),
        ("E\u0301lodie", "elodie"),
        ("Ｒａｍ Ｋ．Ｃ．", "ram k.c."),
        ("ﬁnn", "finn"),
        ("Straße", "strasse"),
        ("İPEK", "ipek"),
        ("ΜΑΡΊΑ", "μαρια"),
        ("राम बहादुर", "राम बहादुर"),
        ("محمد", "محمد"),
        ("សុខា", "សុខា"),
        ("陳大文", "陳大文"),
        ("O'Brien-Ávila", "o'brien-avila"),
        ("", ""),
    ],
)
def test_what_reads_the_same_is_spelled_the_same(session: Session, typed: str, read: str) -> None:
    assert folded(session, typed) == read


def test_names_that_read_differently_stay_different(session: Session) -> None:
    assert folded(session, "राम") != folded(session, "रमा")
    assert folded(session, "Ram") != folded(session, "Rama")


def test_nothing_stays_nothing(session: Session) -> None:
    assert folded(session, None) is None


def test_a_person_is_found_by_name_phone_digits_and_government_id(session: Session) -> None:
    found = search_text(session, "Āsha K.C.", "+977 98-0000 0001", "NID-77É")
    assert found == " asha k.c.\x1f9779800000001\x1fnid-77e"


def test_the_mark_of_somebody_without_a_phone_is_no_number(session: Session) -> None:
    assert search_text(session, None, f"none:{uuid4()}") == " \x1f\x1f"


def test_an_endless_name_fits_the_index_and_leaves_room_for_the_phone(session: Session) -> None:
    endless = "".join(chr(0x20000 + n) for n in range(3000))
    found = search_text(session, endless, "+9779800000002", endless)
    assert "\x1f9779800000002\x1f" in found
    assert len(found) < 600


def test_the_text_follows_a_changed_name(session: Session) -> None:
    search_text(session, "Asha", "+9779800000003")
    changed = session.execute(text("UPDATE tbl_beneficiaries_pii SET name = 'Usha' RETURNING \"searchText\""))
    assert changed.scalar_one() == " usha\x1f9779800000003\x1f"


def test_the_phone_has_no_trigram_index_that_would_stall_long_lists(session: Session) -> None:
    definitions = session.execute(
        text("SELECT indexdef FROM pg_indexes WHERE tablename = 'tbl_beneficiaries_pii'")
    )
    trigram = [line for (line,) in definitions if "gin_trgm_ops" in line]
    assert len(trigram) == 1
    assert '"searchText"' in trigram[0]
