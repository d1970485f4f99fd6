"""Who is erased is nowhere any more: every column of every table is read, and every uploaded file."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.erasing.operations.erasing import Erased, erase
from portal.imports.operations.batches import uploads_in
from tests.erasing.conftest import SignedInAs
from tests.erasing.doors import VALUES, come_in, left_of

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
