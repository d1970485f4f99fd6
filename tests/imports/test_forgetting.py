"""What a file held is forgotten in time: its rows, what was read of it, and the file itself."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.errors import Conflict
from portal.core.keeping import FRESH
from portal.imports.models import ImportBatch, ImportMapping, TempBeneficiary
from portal.imports.operations.batches import uploads_in
from portal.imports.operations.forgetting import remove_files
from portal.imports.tasks import forget_imports
from tests.imports.batches import stage, take, undo

pytestmark = pytest.mark.database

MONTH = timedelta(days=30)
TABLE = [["name", "phone"], ["Asha", "+9779812345678"], ["Bina", ""]]


def grown_old(session: Session, batch: UUID, days: float) -> UUID:
    """The batch, as if nobody had touched it for so many days."""
    session.execute(
        text(
            """UPDATE tbl_import_batches SET "updatedAt" = now() - make_interval(secs => :seconds)
            WHERE uuid = :batch"""
        ),
        {"batch": batch, "seconds": days * 86_400},
    )
    session.commit()
    session.expire_all()
    return batch


def rows_of(session: Session, batch: UUID) -> int:
    return session.scalar(select(func.count()).where(TempBeneficiary.batch_id == batch)) or 0


def test_F7_rows_and_file_of_an_import_are_forgotten_in_time_and_not_before(session: Session) -> None:
    young, old = stage(session, TABLE), stage(session, [["name"], ["Chandra"]])
    for batch, days in ((young, 29.9), (old, 30.1)):
        take(session, batch)
        grown_old(session, batch, days)
    people = session.scalar(select(func.count()).select_from(Beneficiary))
    forget_imports(session, {})
    session.expire_all()

    kept, forgotten = session.get(ImportBatch, young), session.get(ImportBatch, old)
    assert kept
    assert forgotten
    assert (rows_of(session, young), rows_of(session, old)) == (2, 0)
    assert kept.inspection
    assert kept.file_path
    assert (forgotten.inspection, forgotten.mapping, forgotten.file_path) == (None, None, None)
    assert (forgotten.state, forgotten.row_count) == ("TAKEN", 1), "that there was one stays on record"
    assert session.scalar(select(func.count()).select_from(Beneficiary)) == people, (
        "and who was registered stays"
    )


def test_F7_what_is_remembered_of_a_files_shape_holds_no_values_of_its_columns(session: Session) -> None:
    batch = session.get_one(ImportBatch, stage(session, TABLE))
    assert "Asha" in str(batch.mapping)
    (remembered,) = session.scalars(select(ImportMapping.mapping))
    assert remembered["memory"]["phone"] == {"target": "phone"}
    assert "Asha" not in str(remembered)


def test_how_long_is_a_setting(session: Session) -> None:
    batch = stage(session, TABLE)
    take(session, batch)
    grown_old(session, batch, 8)
    forget_imports(session, {"PORTAL_IMPORT_DAYS": 9})
    assert rows_of(session, batch) == 2
    forget_imports(session, {"PORTAL_IMPORT_DAYS": 7})
    assert rows_of(session, batch) == 0


def test_F7_an_import_left_lying_is_discarded_in_time(session: Session) -> None:
    young, old = stage(session, TABLE), stage(session, TABLE)
    grown_old(session, young, 29.9)
    grown_old(session, old, 30.1)
    forget_imports(session, {})
    session.expire_all()
    assert session.get(ImportBatch, young)
    assert session.get(ImportBatch, old) is None
    assert (rows_of(session, young), rows_of(session, old)) == (2, 0)


def test_an_import_at_work_is_left_alone(session: Session) -> None:
    batch = stage(session, TABLE)
    session.execute(text("UPDATE tbl_import_batches SET state = 'TAKING'"))
    grown_old(session, batch, 400)
    forget_imports(session, {})
    assert rows_of(session, batch) == 2


def test_what_is_forgotten_cannot_be_undone_and_the_page_says_so(
    session: Session, manager: FlaskClient
) -> None:
    batch = stage(session, TABLE)
    take(session, batch)
    address = f"/imports/{batch}/result"
    assert "Undo this import" in manager.get(address).text
    grown_old(session, batch, 31)
    forget_imports(session, {})
    session.commit()
    shown = manager.get(address).text
    assert "The rows are forgotten" in shown
    assert "Undo this import" not in shown
    assert "Rows not taken" not in shown
    assert manager.get(f"/imports/{batch}/rejected").status_code == 404
    assert manager.post(f"/imports/{batch}/rejected", data={"format": "csv"}).status_code == 404
    with pytest.raises(Conflict, match="its rows were forgotten"):
        undo(session, batch)
    session.expire_all()
    found: Any = session.get(ImportBatch, batch)
    assert found.state == "TAKEN"


def test_F7_files_without_an_import_are_removed(session: Session, tmp_path: Path) -> None:
    uploads = uploads_in(tmp_path)
    assert remove_files(session, uploads) == 0, "where nothing was ever uploaded there is nothing to remove"
    uploads.mkdir()
    named, lost, fresh = (uploads / name for name in ("named.csv", "lost.csv", "fresh.csv"))
    for path in (named, lost, fresh):
        path.write_text("name\nAsha\n")
    for path in (named, lost):
        os.utime(path, (time.time() - FRESH - 60,) * 2)
    batch: Any = session.get(ImportBatch, stage(session, TABLE))
    batch.file_path = str(named)
    session.flush()
    assert remove_files(session, uploads) == 1
    assert sorted(path.name for path in uploads.iterdir()) == ["fresh.csv", "named.csv"]
