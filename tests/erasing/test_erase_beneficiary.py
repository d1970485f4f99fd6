"""The page that erases a person: what it shows first, whom it refuses, and what answers afterwards."""

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.operations.fate import restore_people
from portal.core.abilities import Rule
from portal.core.errors import Conflict
from portal.duplicates.operations.merging import undo
from portal.duplicates.queries.pairs import standing_merge
from portal.erasing.queries.traces import TRACES
from tests.auth.people import statements
from tests.beneficiaries.people_forms import SITA, filled
from tests.duplicates.pairs import merge_by_page
from tests.erasing.conftest import SignedInAs
from tests.factories import add_beneficiary, add_group, add_project
from tests.imports.batches import stage, take, verdicts
from tests.imports.batches import undo as undo_import

pytestmark = pytest.mark.database

PHONE = "+9779801234567"
WHY = {"reason": "ASKED", "sure": "y"}


@pytest.fixture
def admin(signed_in_as: SignedInAs) -> FlaskClient:
    return signed_in_as("Admin")


@pytest.fixture
def person(session: Session) -> Beneficiary:
    north = add_project(session, "North")
    group = add_group(session, "Round 1")
    return add_beneficiary(
        session, "Sita Tharu", PHONE, notes="Lame", location="Rajapur", groups=[group], projects=[north]
    )


def erase(client: FlaskClient, person: Beneficiary | UUID, **typed: str) -> tuple[int, str]:
    uuid = person if isinstance(person, UUID) else person.uuid
    form = filled(client, f"/beneficiaries/{uuid}/erase", **{**WHY, **typed})
    answer = client.post(
        f"/beneficiaries/{uuid}/erase", data={k: v for k, v in form.items() if v is not None}
    )
    return answer.status_code, answer.text


def test_F6_the_page_says_what_goes_and_what_stays_and_then_it_is_so(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    batch = stage(session, [["name", "phone"], ["Sita Tharu", PHONE]])
    page = admin.get(f"/beneficiaries/{person.uuid}/erase").text
    assert "Rows of imports, with the cells as they stood: 1" in re.sub(r"<[^>]+>", "", page)
    assert "1 uploaded file in which they stand" in page
    assert "2 ended memberships of groups and projects" in page
    assert "with its amount" not in page
    assert erase(admin, person)[0] == 303
    session.expire_all()
    assert (person.notes, person.location, person.wallet_address) == (None, None, f"erased:{person.uuid}")
    assert person.erased_at is not None
    assert person.deleted_at is not None
    assert verdicts(session, batch) == []


def test_F6_who_is_erased_answers_like_nobody_but_to_who_reads_the_log(
    session: Session, admin: FlaskClient, person: Beneficiary, signed_in_as: SignedInAs
) -> None:
    page = f"/beneficiaries/{person.uuid}"
    assert erase(admin, person, note="Letter of 3 May")[0] == 303
    manager = signed_in_as("Manager")
    for path in (page, f"{page}/edit", f"{page}/delete", f"{page}/restore", f"{page}/memberships"):
        assert manager.get(path).status_code == 404, path
    assert manager.post(f"{page}/restore").status_code == 404
    assert manager.get("/beneficiaries/erased").status_code == 403
    assert "Sita" not in manager.get("/beneficiaries/deleted").text
    answer = admin.get(page)
    assert (answer.status_code, answer.location) == (303, f"/beneficiaries/erased/{person.uuid}")
    left = admin.get(answer.location).text
    for words in ("They asked for it", "Letter of 3 May", str(person.uuid)):
        assert words in left
    assert "Sita" not in left
    assert str(person.uuid)[:8] in admin.get("/beneficiaries/erased").text
    assert admin.get(f"{page}/restore").status_code == 404
    assert admin.get(f"{page}/erase").status_code == 303, "whoever presses twice has done it once"
    assert admin.get(f"/beneficiaries/erased/{uuid4()}").status_code == 404
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "ERASE")).all()
    assert [entry.record_id for entry in entries] == [str(person.uuid)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "Say why."),
        ({"reason": "BORED"}, "Not a valid choice"),
        ({"reason": "OTHER"}, "Say why."),
        ({"sure": None}, "Tick the box"),
        ({"note": "So wants Sita"}, "without naming the person"),
        ({"note": "THARU said so"}, "without naming the person"),
        ({"note": "She rang from 980-123 45 67"}, "without naming the person"),
        ({"note": "x" * 501}, "500"),
    ],
)
def test_what_is_missing_or_names_the_person_is_refused_at_its_field(
    session: Session, admin: FlaskClient, person: Beneficiary, typed: dict[str, str], words: str
) -> None:
    status, page = erase(admin, person, **typed)
    assert status == 422
    assert words in page
    session.expire_all()
    assert person.erased_at is None


def test_E5_who_changed_since_the_page_was_drawn_is_looked_at_once_more(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    form = filled(admin, f"/beneficiaries/{person.uuid}/erase", **WHY)
    person.notes, person.version = "Blind", 2
    session.commit()
    answer = admin.post(f"/beneficiaries/{person.uuid}/erase", data=form)
    assert answer.status_code == 409
    assert "Somebody changed this person" in answer.text
    assert erase(admin, person)[0] == 303
    assert admin.post(f"/beneficiaries/{person.uuid}/erase", data=WHY).status_code == 303, "done already"


@pytest.mark.parametrize(
    "rules",
    [
        [Rule("read", "Beneficiary"), Rule("erase", "BeneficiaryPii")],
        [Rule("read", "Beneficiary"), Rule("delete", "Beneficiary"), Rule("reveal", "BeneficiaryPii")],
    ],
)
def test_C2_erasing_takes_leave_to_delete_and_to_erase(
    session: Session, signed_in_as: SignedInAs, person: Beneficiary, rules: list[Rule]
) -> None:
    client = signed_in_as(*rules)
    assert client.post(f"/beneficiaries/{person.uuid}/erase", data=WHY).status_code in {403, 404}
    assert "/erase" not in client.get(f"/beneficiaries/{person.uuid}").text
    session.expire_all()
    assert person.erased_at is None
    both = signed_in_as(
        Rule("read", "Beneficiary"), Rule("delete", "Beneficiary"), Rule("erase", "BeneficiaryPii")
    )
    assert "/erase" in both.get(f"/beneficiaries/{person.uuid}").text
    page = both.get(f"/beneficiaries/{person.uuid}/erase").text
    assert "Sita" not in page, "who may not read the name does not get it here either"
    assert erase(both, person)[0] == 303


def test_a_deleted_person_is_erased_from_the_page_that_restores_them(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    admin.post(f"/beneficiaries/{person.uuid}/delete", data={"reason": "Sita Tharu died"})
    assert f"/beneficiaries/{person.uuid}/erase" in admin.get(f"/beneficiaries/{person.uuid}/restore").text
    assert erase(admin, person)[0] == 303
    session.expire_all()
    assert person.deleted_reason is None
    assert restore_people(session, select(Beneficiary.uuid).where(Beneficiary.uuid == person.uuid)) == 0


def test_E9_the_database_lets_nobody_bring_back_who_was_erased(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    assert erase(admin, person)[0] == 303
    for change in (
        'UPDATE tbl_beneficiaries SET "erasedAt" = NULL, "erasedBy" = NULL, "erasedReason" = NULL',
        'UPDATE tbl_beneficiaries SET "deletedAt" = NULL',
        "UPDATE tbl_beneficiaries SET notes = 'Lame'",
        "UPDATE tbl_beneficiaries SET \"walletAddress\" = '0x1'",
        "UPDATE tbl_beneficiaries_pii SET name = 'Sita'",
        "UPDATE tbl_beneficiaries_pii SET phone = '+9779801234567'",
        'UPDATE tbl_beneficiaries_pii SET "erasedAt" = NULL',
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(change))


def test_F6_whoever_comes_with_the_same_number_later_is_somebody_new(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    assert erase(admin, person)[0] == 303
    batch = stage(
        session, [["uuid", "name", "phone"], ["", "Sita Tharu", PHONE], [str(person.uuid), "Sita", ""]]
    )
    assert verdicts(session, batch) == ["NEW", "INVALID"]
    assert take(session, batch)["added"] == 1
    undo_import(session, batch)
    assert admin.post("/beneficiaries/new", data={**SITA, "phone": PHONE}).status_code == 303


def test_F6_an_import_is_undone_for_the_others_when_one_of_its_people_was_erased(
    session: Session, admin: FlaskClient
) -> None:
    batch = stage(session, [["name", "phone"], ["Sita Tharu", PHONE], ["Asha Rai", "+9779812345678"]])
    take(session, batch)
    (sita,) = session.scalars(
        select(Beneficiary).join(BeneficiaryPii).where(BeneficiaryPii.name == "Sita Tharu")
    )
    assert erase(admin, sita)[0] == 303
    assert undo_import(session, batch)["removed"] == 1
    assert session.scalars(select(Beneficiary.uuid)).all() == [sita.uuid]


def test_F6_a_file_that_is_gone_is_not_read_anew_and_the_review_goes_on(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    batch = stage(session, [["name", "phone"], ["Sita Tharu", PHONE], ["Asha Rai", "+9779812345678"]])
    assert erase(admin, person)[0] == 303
    assert f"/imports/{batch}/columns" not in admin.get(f"/imports/{batch}/review").text
    page = admin.get(f"/imports/{batch}/columns").text
    assert "Asha" not in page, "nor are the first values of its columns kept"
    answer = admin.post(f"/imports/{batch}/columns", data={"region": "NP", "project": ""})
    assert (answer.status_code, "is not kept any more" in answer.text) == (422, True)
    assert admin.post(f"/imports/{batch}/sheet", data={"sheet": "Two"}).status_code == 422
    assert take(session, batch)["added"] == 1


def test_F6_a_merge_of_who_was_erased_is_undone_by_nobody(session: Session, admin: FlaskClient) -> None:
    pair, answer = merge_by_page(session, admin)
    assert answer.status_code == 303
    merged = standing_merge(session, pair)
    assert merged is not None
    assert admin.get(f"/beneficiaries/{merged.loser_id}/erase").status_code == 404, "they go with the other"
    assert erase(admin, merged.winner_id)[0] == 303
    session.expire_all()
    assert (merged.before, merged.after, merged.moved) == ({}, {}, {})
    with pytest.raises(Conflict, match="the person was erased"):
        undo(session, merged, by_id=1)
    assert admin.get(f"/duplicates/{pair.uuid}").status_code == 404
    assert admin.post(f"/duplicates/{pair.uuid}/undo").status_code == 404
    left = session.scalars(select(Beneficiary.uuid).where(Beneficiary.erased_at.is_not(None)))
    assert set(left) == {merged.winner_id, merged.loser_id}


def test_an_import_at_work_is_waited_for(session: Session, admin: FlaskClient, person: Beneficiary) -> None:
    stage(session, [["name"], ["Asha"]])
    session.execute(text("UPDATE tbl_import_batches SET state = 'CHECKING'"))
    status, page = erase(admin, person)
    assert (status, "An import is at work" in page) == (409, True)
    session.execute(text("UPDATE tbl_import_batches SET state = 'REVIEW'"))
    assert erase(admin, person)[0] == 303


def test_the_pages_cost_the_same_however_much_there_is_of_a_person(
    session: Session, admin: FlaskClient, person: Beneficiary
) -> None:
    page = f"/beneficiaries/{person.uuid}/erase"
    with statements() as few:
        admin.get(page)
    for _ in range(3):
        stage(session, [["name", "phone"], ["Sita Tharu", PHONE]])
    with statements() as many:
        admin.get(page)
    assert len(many) == len(few)
    assert len(few) <= len(TRACES) + 10, "one for each place, and those of every page"
