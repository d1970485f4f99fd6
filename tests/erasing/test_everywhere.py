"""Who is erased is nowhere any more: every column of every table is read, and every uploaded file."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditWords
from portal.audit.queries.checking import check_log
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.erasing.operations.erasing import Erased, erase
from portal.imports.models import KoboBeneficiary, TempBeneficiary
from portal.imports.operations.batches import uploads_in
from tests.audit.sealed import NOWHERE
from tests.erasing.conftest import SignedInAs
from tests.erasing.doors import VALUES, come_in, left_of
from tests.factories import add_beneficiary
from tests.imports.batches import stage

pytestmark = pytest.mark.database


def erased(session: Session, person: UUID, **more: str) -> Erased:
    """Erase somebody as they are now, in the name of somebody."""
    version = session.scalars(select(Beneficiary.version).where(Beneficiary.uuid == person)).one()
    by = session.scalars(text("SELECT uuid FROM tbl_users ORDER BY id LIMIT 1")).one()
    done = erase(session, person, version=version, reason="ASKED", note=more.get("note"), by=by)
    session.commit()
    done.remove_files()
    return done


def test_F6_who_is_erased_stands_in_no_column_of_any_table_and_in_no_file(
    app: Flask, session: Session, signed_in_as: SignedInAs
) -> None:
    uploads = uploads_in(app.config["PORTAL_INSTANCE"])
    admin, people = signed_in_as("Admin"), signed_in_as("Admin")
    person = come_in(session, admin, people)
    before = left_of(session, uploads)
    for table in (
        "beneficiaries",
        "beneficiaries_pii",
        "temp_beneficiaries",
        "kobo_beneficiaries",
        "import_batches",
        "merges",
        "messages",
        "bulk_actions",
        "saved_filters",
        "audit_words",
        "users",
        "grievances",
        "grievance_events",
        "hotline_files",
        "hotline_rows",
        "transactions",
    ):
        assert any(place.startswith(f"tbl_{table}:") for place in before), f"not in {table} to begin with"
    assert {value for value in VALUES if not any(place.endswith(f": {value}") for place in before)} == set()
    assert any(place.startswith(".csv") for place in before)
    assert not any(place.startswith("tbl_audit_log") for place in before)

    assert erased(session, person).people == 1
    assert left_of(session, uploads) == set()
    person_row = session.scalars(select(Beneficiary).where(Beneficiary.uuid == person)).one()
    assert (person_row.age, person_row.gender) == (39, "FEMALE")
    assert session.get_one(BeneficiaryPii, person_row.id).phone == f"none:{person}"
    assert session.scalar(select(func.count()).where(Beneficiary.erased_at.is_not(None))) == 2, "both records"


FIGURES = """
    SELECT 'payouts' AS what, count(*)::numeric AS number FROM tbl_transactions
    UNION ALL SELECT 'paid', sum(amount) FROM tbl_transactions
    UNION ALL SELECT 'people', count(*) FROM tbl_beneficiaries WHERE "deletedAt" IS NULL
    UNION ALL SELECT 'deleted', count(*) FROM tbl_beneficiaries WHERE "deletedAt" IS NOT NULL
    UNION ALL SELECT 'members', count(*) FROM tbl_grouped_beneficiaries WHERE "deletedAt" IS NULL
    UNION ALL SELECT 'were members', count(*) FROM tbl_grouped_beneficiaries
    UNION ALL SELECT 'in projects', count(*) FROM tbl_beneficiaries_projects WHERE "deletedAt" IS NULL
    UNION ALL SELECT 'were in projects', count(*) FROM tbl_beneficiaries_projects
    UNION ALL SELECT 'spent', sum(spent) FROM tbl_project_budgets
    UNION ALL SELECT 'women', count(*) FROM tbl_beneficiaries WHERE gender = 'FEMALE'
    UNION ALL SELECT 'aged', sum(age) FROM tbl_beneficiaries
    UNION ALL SELECT 'imports', count(*) FROM tbl_import_batches
    UNION ALL SELECT 'complaints', count(*) FROM tbl_grievances
    UNION ALL SELECT 'merges', count(*) FROM tbl_merges
"""


def figures(session: Session) -> dict[str, float]:
    """What reports are made of."""
    return {row.what: row.number for row in session.execute(text(FIGURES))}


def test_F6_totals_are_after_the_erasing_what_they_were_after_the_deletion(
    session: Session, signed_in_as: SignedInAs
) -> None:
    admin, people = signed_in_as("Admin"), signed_in_as("Admin")
    person = come_in(session, admin, people)
    add_beneficiary(session, "Asha Rai", age=30, gender="FEMALE")
    assert admin.post(f"/beneficiaries/{person}/delete", data={"reason": "Moved away"}).status_code == 303
    before = figures(session)
    assert (before["payouts"], before["paid"], before["women"]) == (1, 10, 2)
    lists = [
        admin.get(path).text.count("<tr") for path in ("/beneficiaries", "/groups", "/beneficiaries/deleted")
    ]
    erased(session, person)
    assert figures(session) == before
    after = [
        admin.get(path).text.count("<tr") for path in ("/beneficiaries", "/groups", "/beneficiaries/deleted")
    ]
    assert after == [lists[0], lists[1], 0], "only the list of those who can be restored is shorter"


def test_F6_namesakes_and_family_who_share_the_phone_keep_what_is_theirs(
    session: Session, signed_in_as: SignedInAs
) -> None:
    admin = signed_in_as("Admin")
    sita = add_beneficiary(session, "Sita Tharu", "+9779801234567", govt_id="12")
    add_beneficiary(session, "Sita Tharu", "+9779801234568", notes="Sita Tharu, widow", govt_id="12-3")
    session.add(KoboBeneficiary(name="Ram Tharu", phone="980-1234567", type="LEAD"))
    session.add(KoboBeneficiary(name="Seeta Tharu", phone="980-1234567", type="LEAD"))
    batch = stage(session, [["name", "phone"], ["Ram Tharu", "9801234567"], ["सीता थारु", "9801234567"]])
    words = {"purpose": "other", "purpose_other": "Round 12, for Sita and others"}
    data = {**words, "format": "csv", "columns": ["name"]}
    assert admin.post("/beneficiaries/export", data=data, buffered=True).status_code == 200
    erased(session, sita.uuid)
    session.expire_all()
    left = session.scalars(select(BeneficiaryPii.name).where(BeneficiaryPii.erased_at.is_(None))).all()
    assert left == ["Sita Tharu"]
    assert session.scalars(select(KoboBeneficiary.name)).all() == ["Ram Tharu"]
    staged = select(TempBeneficiary.name, TempBeneficiary.verdict).where(TempBeneficiary.batch_id == batch)
    assert [tuple(row) for row in session.execute(staged)] == [("Ram Tharu", "NEW")], (
        "and nobody is in their way"
    )
    assert session.scalars(select(AuditWords.words)).all() == ["Round 12, for Sita and others"]


def test_F6_the_log_is_still_as_it_was_sealed(session: Session, signed_in_as: SignedInAs) -> None:
    admin, people = signed_in_as("Admin"), signed_in_as("Admin")
    person = come_in(session, admin, people)
    before = session.execute(text("SELECT id, l::text FROM tbl_audit_log l ORDER BY id")).all()
    erased(session, person)
    now = session.execute(text("SELECT id, l::text FROM tbl_audit_log l ORDER BY id")).all()
    assert now[: len(before)] == before, "nothing of it changed"
    assert "words" not in {finding.kind for finding in check_log(session, NOWHERE).findings}
