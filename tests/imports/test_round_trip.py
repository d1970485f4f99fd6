"""What the portal exports it takes back: everybody is known again, and nothing has changed."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.forms import COLUMN_LABELS
from portal.beneficiaries.models import Beneficiary
from portal.core.abilities import Rule
from tests.factories import add_beneficiary, add_group
from tests.imports.batches import registry, stage, take
from tests.imports.conftest import SignedInAs
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


EXACT = (26.6601234, 87.2765432)
UNSEEING = (
    *(Rule(action, "Beneficiary") for action in ("read", "export", "import", "create", "update")),
    *(Rule(action, "BeneficiaryPii") for action in ("read", "reveal", "update")),
    *(Rule(action, "ImportBatch") for action in ("read", "create", "update")),
)
"""All that importing takes, but no knowing exactly where people are."""


def places(session: Session) -> list[tuple[float | None, float | None]]:
    session.expire_all()
    rows = session.execute(select(Beneficiary.latitude, Beneficiary.longitude).order_by(Beneficiary.id))
    return [(row.latitude, row.longitude) for row in rows]


def test_F8_rounded_places_that_somebody_exports_do_not_come_back_over_the_exact_ones(
    session: Session, signed_in_as: SignedInAs
) -> None:
    add_beneficiary(session, "Sita", "+9779801234567", latitude=EXACT[0], longitude=EXACT[1])
    session.commit()
    client = signed_in_as(*UNSEEING)
    form = {
        "format": "csv",
        "columns": ["uuid", "name", "location", "latitude", "longitude"],
        "purpose": "Reporting",
    }
    content = client.post("/beneficiaries/export", data=form, buffered=True).data
    assert b"26.66" in content
    assert b"26.6601" not in content
    for importer in (client, signed_in_as("Manager")):
        batch = uploaded(importer, content.replace(b"Sita,", b"Sita K.,"), "people.csv")
        importer.post(f"{batch}/columns", data={"region": "NP", "project": ""})
        work(session)
        importer.post(f"{batch}/take")
        assert work(session) == {"added": 0, "updated": 1, "held": 0}
        assert places(session) == [EXACT]


def test_F8_who_may_not_locate_people_changes_no_place_on_record_but_gives_one_to_who_has_none(
    session: Session, signed_in_as: SignedInAs
) -> None:
    add_beneficiary(session, "Sita", "+9779801234567", latitude=EXACT[0], longitude=EXACT[1])
    add_beneficiary(session, "Gita", "+9779801234568")
    session.commit()
    content = b"Name,Phone,Latitude,Longitude\nSita,9801234567,27.5,85.5\nGita,9801234568,27.5,85.5\n"
    said = {}
    for who, rules in (("unseeing", UNSEEING), ("manager", ("Manager",))):
        client = signed_in_as(*rules)
        batch = uploaded(client, content, f"{who}.csv")
        client.post(f"{batch}/columns", data={"region": "NP", "project": ""})
        work(session)
        said[who] = client.get(f"{batch}/review").text
        client.post(f"{batch}/take")
        assert work(session) == {"added": 0, "updated": 2, "held": 0}
        assert places(session) == [EXACT if who == "unseeing" else (27.5, 85.5), (27.5, 85.5)]
    assert "whoever has a place on record keeps it" in said["unseeing"]
    assert "do not replace the exact ones on record" in said["manager"]


def test_half_a_place_in_a_file_is_not_put_beside_the_other_half_on_record(session: Session) -> None:
    add_beneficiary(session, "Sita", "+9779801234567", latitude=EXACT[0], longitude=EXACT[1])
    session.commit()
    batch = stage(session, [["Name", "Phone", "Latitude"], ["Sita", "9801234567", "27.5"]])
    assert take(session, batch)["updated"] == 1
    assert places(session) == [EXACT]
