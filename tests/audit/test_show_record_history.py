"""What happened to one record: with its parts, on a page and as a part of the record's page."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from tests.audit.conftest import Opened
from tests.audit.reading import run
from tests.factories import add_beneficiary, add_group, add_project, add_user_with

pytestmark = pytest.mark.database

READS = Rule("read", "AuditEntry")


def test_a_persons_history_holds_their_personal_data_groups_and_projects(
    session: Session, opened: Opened
) -> None:
    group, project = add_group(session, "Mothers"), add_project(session, "Relief")
    person = add_beneficiary(session, "Sita", groups=[group], projects=[project])
    other = add_beneficiary(session, "Maya")
    run(
        session,
        "UPDATE tbl_beneficiaries_pii SET name = 'Sita R.' WHERE \"beneficiaryId\" = :id",
        id=person.id,
    )
    run(session, "UPDATE tbl_beneficiaries SET location = 'Xylotown' WHERE id = :id", id=other.id)
    session.commit()
    page = opened("Admin").get(f"/audit/records/beneficiaries/{person.uuid}").text
    for told in ("Beneficiary", "Personal data", "Member of a group", "Person in a project", "not told"):
        assert told in page, told
    assert "Xylotown" not in page


def test_a_users_history_holds_roles_that_were_taken_away(session: Session, opened: Opened) -> None:
    user = add_user_with(session, "bina", "Officer")
    run(session, 'UPDATE tbl_users_roles SET expiry = now() WHERE "userId" = :id', id=user.id)
    run(session, 'DELETE FROM tbl_users_roles WHERE "userId" = :id', id=user.id)
    session.commit()
    page = opened("Admin").get(f"/audit/records/users/{user.uuid}").text
    assert page.count("Role of a user") >= 3
    assert "Deleted" in page


def test_asked_by_htmx_it_is_the_latest_of_it_alone(session: Session, opened: Opened) -> None:
    person = add_beneficiary(session, "Sita")
    for age in range(20, 60):
        run(session, "UPDATE tbl_beneficiaries SET age = :age WHERE id = :id", age=age, id=person.id)
    session.commit()
    client = opened("Admin")
    address = f"/audit/records/beneficiaries/{person.uuid}"
    fragment = client.get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert fragment.count('class="entry"') == 10
    assert client.get(address).text.count('class="entry"') == 42
    assert address in fragment, "where the rest is"


@pytest.mark.parametrize(
    "address",
    [
        f"beneficiaries/{UUID(int=1)}",
        "beneficiaries/7",
        "beneficiaries/a%00b",
        "auth-roles/99999999",
        "auth-roles/99999999999999999999",
        "auth-roles/-1",
        "auth-roles/x",
        "pg-class/1",
        "no-such/1",
        "settings/a%00b",
    ],
)
def test_what_there_is_not_is_not_found(session: Session, opened: Opened, address: str) -> None:
    assert opened(READS).get(f"/audit/records/{address}").status_code == 404


def test_C3_C4_who_may_not_read_the_record_does_not_learn_of_its_history(
    session: Session, opened: Opened
) -> None:
    mine, theirs = add_project(session, "Mine"), add_project(session, "Theirs")
    own = add_beneficiary(session, "Own", projects=[mine])
    foreign = add_beneficiary(session, "Foreign", projects=[theirs])
    session.commit()
    client = opened(READS, Rule("read", "Beneficiary", conditions={"projectId": str(mine.uuid)}))
    answers = {
        who: client.get(f"/audit/records/beneficiaries/{uuid}") for who, uuid in uuids(own, foreign).items()
    }
    assert [answers[who].status_code for who in ("own", "foreign", "nobody")] == [200, 404, 404]


def uuids(own: object, foreign: object) -> dict[str, UUID]:
    return {"own": own.uuid, "foreign": foreign.uuid, "nobody": uuid4()}  # type: ignore[attr-defined]


def test_a_record_that_was_deleted_keeps_its_history_for_who_reads_all_of_its_kind(
    session: Session, opened: Opened
) -> None:
    made = run(session, "INSERT INTO tbl_vendors (name) VALUES ('Shop') RETURNING uuid").scalar_one()
    run(session, "DELETE FROM tbl_vendors")
    session.commit()
    assert "Deleted" in opened("Admin").get(f"/audit/records/vendors/{made}").text
    some = Rule("read", "Vendor", conditions={"name": "Shop"})
    assert opened(READS, some).get(f"/audit/records/vendors/{made}").status_code == 404


def test_the_persons_page_offers_it_to_who_may_see_it(session: Session, opened: Opened) -> None:
    person = add_beneficiary(session, "Sita")
    session.commit()
    address = f"/beneficiaries/{person.uuid}/history"
    assert f'href="{address}"' in opened("Admin").get(f"/beneficiaries/{person.uuid}").text
    assert address not in opened("Manager").get(f"/beneficiaries/{person.uuid}").text
