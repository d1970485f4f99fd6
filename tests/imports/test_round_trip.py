"""What the portal exports it takes back: everybody is known again, and nothing has changed."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.beneficiaries.forms import COLUMN_LABELS
from tests.factories import add_beneficiary, add_group
from tests.imports.batches import registry
from tests.imports.test_pages import batch_of, uploaded, work

pytestmark = pytest.mark.database

COLUMNS = [name for name in COLUMN_LABELS if name != "projects"]


@pytest.mark.parametrize("columns", [COLUMNS, ["name", "phone"], ["uuid", "name", "location"]], ids=len)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_is_imported_again_updates_everybody_and_changes_nothing(
    session: Session, manager: FlaskClient, kind: str, columns: list[str]
) -> None:
    group = add_group(session, "Mothers, of Rajapur")
    add_beneficiary(
        session,
        "Sita Tharu",
        "+9779801234567",
        email="sita@example.net",
        govt_id="00-12/AB",
        groups=[group],
        gender="FEMALE",
        birth_date=dt.datetime(1990, 2, 1, tzinfo=dt.UTC),
        location="=Ward 5; Rajapur",
        notes="first\nsecond",
        banked_status="UNDER_BANKED",
        phone_status="SMART_PHONE",
        internet_status="MOBILE_INTERNET",
        wallet_address="0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        extras={"House": "7"},
        age=int((dt.datetime.now(dt.UTC) - dt.datetime(1990, 2, 1, tzinfo=dt.UTC)).days / 365.2425),
    )
    add_beneficiary(session, "राम के.सी.", "+447400123456", age=41, location="+ Ward 6", govt_id="0012")
    add_beneficiary(session, "O'Brien-Smith, Zoë", "+12025550123", gender="OTHER", notes="-1")
    session.commit()
    before = registry(session)
    form = {"format": kind, "columns": columns, "purpose": "Reporting"}
    content = manager.post("/beneficiaries/export", data=form, buffered=True).data
    batch = uploaded(manager, content, f"people.{kind}")
    manager.post(f"{batch}/columns", data={"region": "NP", "project": ""})
    work(session)
    counts: Any = batch_of(session).counts
    assert {verdict: count["rows"] for verdict, count in counts.items() if count["rows"]} == {"UPDATE": 3}
    manager.post(f"{batch}/take")
    assert work(session) == {"added": 0, "updated": 3, "held": 0}
    assert registry(session) == before
