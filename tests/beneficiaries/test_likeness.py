"""Who in the registry may be the person with some facts: found by each mark, with the reason, in any script."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.comparing import LIKELY, POSSIBLE, Reason
from portal.beneficiaries.queries.likeness import Facts, Likeness, likely_same
from portal.core.abilities import Ability, Rule
from tests.factories import add_beneficiary, add_project

ALL = Ability([Rule("manage", "all")])
BORN = dt.datetime(1990, 5, 17, tzinfo=dt.UTC)
SITA: dict[str, Any] = {"birth_date": BORN, "gender": "FEMALE", "location": "Sunsari"}


def asked(session: Session, **facts: Any) -> list[Likeness]:
    return likely_same(session, Facts(**facts), ALL)


@pytest.mark.parametrize(
    "phone", ["+9779812345678", "+919812345678", "9812345678", "009779812345678", "+९७७९८१२३४५६७८"]
)
def test_the_same_phone_is_found_whatever_country_it_is_written_for(session: Session, phone: str) -> None:
    known = add_beneficiary(session, "Sita Tharu", "+9779812345678", **SITA)
    (found,) = asked(session, name="Sita Tharu", phone=phone)
    assert found.uuid == known.uuid
    assert Reason.SAME_PHONE in found.reasons


def test_another_line_of_the_same_country_is_another_phone(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", "+12125550123")
    assert asked(session, phone="+13125550123") == []


def test_a_phone_kept_as_shared_is_found_as_well(session: Session) -> None:
    known = add_beneficiary(session, "Sita Tharu", extras={"shared phone": "+9779812345678"})
    (found,) = asked(session, name="Sita Tharu", phone="+9779812345678")
    assert (found.uuid, found.reasons[0]) == (known.uuid, Reason.SAME_PHONE)


def test_a_family_that_shares_a_phone_is_not_one_person(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", "+9779812345678", **SITA)
    shared: dict[str, Any] = {
        "phone": "+9779812345678",
        "birth_year": 2012,
        "gender": "MALE",
        "location": "Sunsari",
    }
    assert asked(session, name="Bikram Oli", **shared) == []


@pytest.mark.parametrize("govt_id", ["27-01-75-01234", "27017501234", "27-01-75-01234 "])
def test_the_same_government_id_is_found(session: Session, govt_id: str) -> None:
    known = add_beneficiary(session, "Sita Tharu", govt_id="27-01-75-01234")
    found = asked(session, name="Sita Tharu", govt_id=govt_id, birth_year=1990)
    assert [one.uuid for one in found] == [known.uuid]
    assert Reason.SAME_ID in found[0].reasons


def test_the_same_wallet_is_found_whatever_the_case_of_its_letters(session: Session) -> None:
    known = add_beneficiary(
        session, "Sita Tharu", wallet_address="0xAbC0000000000000000000000000000000000001"
    )
    (found,) = asked(session, wallet="0xabc0000000000000000000000000000000000001")
    assert (found.uuid, found.reasons) == (known.uuid, (Reason.SAME_WALLET,))


@pytest.mark.parametrize(
    ("registered", "typed", "reason"),
    [
        ("Sita Tharu", "SITA  tharu", Reason.SAME_NAME),
        ("Sita Tharu", "Tharu Sita", Reason.NAME_SWAPPED),
        ("Laxmi Shrestha", "Lakshmi Srestha", Reason.NAME_SOUNDS),
        ("Mohammad Al-Hassan", "Muhamed al Hasan", Reason.NAME_SOUNDS),
        ("Ram Bahadur Thapa", "Ram Thapa", Reason.NAME_SOUNDS),
        ("सीता थारू", "सिता थारु", Reason.NAME_SOUNDS),
        ("सीता थारू", "Sita Tharu", Reason.NAME_SOUNDS),
        ("مُحَمَّد الشامي", "محمد الشامى", Reason.NAME_SOUNDS),
        ("أحمد عليّ", "احمد علي", Reason.NAME_SOUNDS),
    ],
)
def test_a_name_is_found_as_it_is_heard(
    session: Session, registered: str, typed: str, reason: Reason
) -> None:
    known = add_beneficiary(session, registered, **SITA)
    (found,) = asked(session, name=typed, birth_year=1990, gender="FEMALE", location="sunsari")
    assert found.uuid == known.uuid
    assert reason in found.reasons
    assert {Reason.SAME_YEAR, Reason.SAME_GENDER, Reason.SAME_PLACE} <= set(found.reasons)


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("Sita Tharu", "Gita Limbu"),
        ("सीता थारू", "हरि तामाङ"),
        ("محمد الشامي", "فاطمة الزهراء"),
        ("王小明", "李建國"),
        ("Sita Tharu", "Santosh Tiwari"),
    ],
)
def test_another_name_with_the_same_year_and_place_is_another_person(
    session: Session, registered: str, typed: str
) -> None:
    add_beneficiary(session, registered, **SITA)
    assert asked(session, name=typed, birth_year=1990, gender="FEMALE", location="Sunsari") == []


def test_the_same_name_alone_says_nothing(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", **SITA)
    assert asked(session, name="Sita Tharu") == []
    assert asked(session, name="Sita Tharu", birth_year=1961) == []


def test_the_likeliest_comes_first_and_no_more_than_wanted(session: Session) -> None:
    by_name = add_beneficiary(session, "Sita Tharu", **SITA)
    by_id = add_beneficiary(session, "Sita Tharu", govt_id="77-1", **SITA)
    facts = Facts(name="Sita Tharu", govt_id="77-1", birth_year=1990, gender="FEMALE", location="Sunsari")
    found = likely_same(session, facts, ALL)
    assert [one.uuid for one in found] == [by_id.uuid, by_name.uuid]
    assert found[0].score > LIKELY > found[1].score >= POSSIBLE
    assert len(likely_same(session, facts, ALL, most=1)) == 1


def test_neither_oneself_nor_the_deleted_are_found(session: Session) -> None:
    known = add_beneficiary(session, "Sita Tharu", "+9779812345678", **SITA)
    facts = Facts(name="Sita Tharu", phone="+9779812345678")
    assert likely_same(session, facts, ALL, besides=known.uuid) == []
    known.deleted_at = BORN
    session.flush()
    assert likely_same(session, facts, ALL) == []


def test_C3_C8_only_those_whose_data_the_reader_may_read_are_found(session: Session) -> None:
    ours, theirs = add_project(session, "Ours"), add_project(session, "Theirs")
    known = add_beneficiary(session, "Sita Tharu", "+9779812345678", projects=[ours], **SITA)
    facts = Facts(name="Sita Tharu", phone="+9779812345678")

    def found_by(*rules: Rule) -> list[Likeness]:
        return likely_same(session, facts, Ability(rules))

    def within(project: object, subject: str) -> Rule:
        return Rule("read", subject, projects=(str(project),))

    both = ("Beneficiary", "BeneficiaryPii")
    assert [one.uuid for one in found_by(*(within(ours.uuid, name) for name in both))] == [known.uuid]
    assert found_by(*(within(theirs.uuid, name) for name in both)) == []
    assert found_by(Rule("read", "Beneficiary")) == []
    assert found_by(Rule("read", "BeneficiaryPii")) == []


@pytest.mark.parametrize(
    "nothing", [{}, {"name": "", "phone": "", "govt_id": "", "location": ""}, {"name": "'- .,"}]
)
def test_of_nothing_known_nobody_is_found(session: Session, nothing: dict[str, str]) -> None:
    add_beneficiary(session, "Sita Tharu", **SITA)
    add_beneficiary(session, None)
    assert asked(session, **nothing) == []
