"""Somebody who came in by every door there is, with values that stand nowhere else; and a search for what is left."""

import datetime as dt
from pathlib import Path
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import packed
from portal.grievances.models import GrievanceAttachment, GrievanceEvent
from portal.groups.models import SavedFilter
from portal.imports.models import KoboBeneficiary
from portal.intake.models import HotlineFile, HotlineRow
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.beneficiaries.people_forms import SITA
from tests.bulk import actions as bulk
from tests.duplicates.pairs import add_pair, filled
from tests.factories import add_beneficiary, add_group, add_project
from tests.imports.test_pages import reviewed, work

NAME, TWIN = "Quetzalina Zyxwvutsky", "Quetzalyna Zyxwvutsky"
PHONE, FORMER, OTHER = "+9779876501234", "+9779876505678", "+9779876509012"
GOVT_ID, MAIL, WALLET = "ZQX-4711-0815", "quetzalina@example.net", "0x" + "d1ce" * 10
PLACE, NOTE, EXTRA = "Zanzibarhöhle", "keeps axolotls", "left-handed zither"
VALUES = (
    "Quetzal",
    "Zyxwvut",
    "9876501234",
    "9876505678",
    "9876509012",
    "987-6501234",
    GOVT_ID,
    "4711-0815",
    MAIL,
    "d1ced1ce",
    "Zanzibar",
    "axolotl",
    "zither",
    "1987-03-14",
    "26.98765",
)
"""What must stand nowhere once the person is erased."""

ROWS = f"Name,Phone,NID,Birth date\n{NAME},{PHONE},{GOVT_ID},1987-03-14\nAsha Rai,981-2345678,,\n"


def come_in(session: Session, client: FlaskClient, people: FlaskClient) -> UUID:
    """Register, change, import, merge, search, pay and write to somebody. `client` is an administrator's browser,
    `people` that of somebody who has no part in erasing."""
    north = add_project(session, "North")
    group = add_group(session, "Round 1", [north])
    facts = {
        **SITA,
        "name": NAME,
        "phone": FORMER,
        "govt_id": GOVT_ID,
        "email": MAIL,
        "birth_date": "1987-03-14",
    }
    facts |= {
        "location": PLACE,
        "notes": NOTE,
        "latitude": "26.98765",
        "longitude": "87.12345",
        "wallet": WALLET,
    }
    facts |= {
        "extras-0-key": "Plays",
        "extras-0-kind": "text",
        "extras-0-value": EXTRA,
        "group": str(group.uuid),
    }
    answer = client.post("/beneficiaries/new", data=facts)
    assert answer.status_code == 303, answer.text
    person = UUID(str(answer.location)[-36:])
    _import(session, people)
    _edit(session, person)
    _merge(session, client, person)
    _search(session, people, group.uuid, person)
    _reveal_and_export(people, person)
    _write_and_pay(session, person, north)
    session.commit()
    return person


def _edit(session: Session, person: UUID) -> None:
    """The number that they were registered with is another by now, and so are their coordinates and extras."""
    found = session.scalars(select(Beneficiary).where(Beneficiary.uuid == person)).one()
    session.get_one(BeneficiaryPii, found.id).phone = PHONE
    found.extras = {"Plays": EXTRA}
    found.wallet_address = WALLET
    session.commit()


def _import(session: Session, client: FlaskClient) -> None:
    """Once as an update that is taken, once under review."""
    taken = reviewed(client, session, ROWS.replace(PHONE, FORMER))
    assert client.post(f"{taken}/take").status_code == 303
    assert work(session)["updated"] == 1
    reviewed(client, session, ROWS)


def _merge(session: Session, client: FlaskClient, person: UUID) -> None:
    """With a second record of theirs, with another number."""
    one = session.scalars(select(Beneficiary).where(Beneficiary.uuid == person)).one()
    later = one.created_at + dt.timedelta(days=1)
    twin = add_beneficiary(session, TWIN, OTHER, location=PLACE, notes=NOTE, created_at=later)
    pair = add_pair(session, one, twin)
    session.commit()
    answer = client.post(f"/duplicates/{pair.uuid}/merge", data=filled(client, pair))
    assert answer.status_code == 303, answer.text


def _search(session: Session, client: FlaskClient, group: UUID, person: UUID) -> None:
    """For a bulk action that is done, for a draft, and for a filter that fills a group; pick them by hand as well."""
    page = f"/beneficiaries?q={NAME.lower().replace(' ', '+')}"
    bulk.done(session, client, "VERIFY", everybody=page)
    bulk.drafted(client, "VERIFY", everybody="/beneficiaries?q=9876501234")
    bulk.done(session, client, "SET_PHONE", [person], value="NO_PHONE")
    bulk.drafted(client, "DELETE", [person], reason=f"{NAME} has moved away")
    session.add(SavedFilter(name="Hers", filter=packed(PeopleFilter(q=NAME)), beneficiary_group_id=group))
    session.commit()


def _reveal_and_export(client: FlaskClient, person: UUID) -> None:
    words = {"purpose": "other", "purpose_other": "To ask about the axolotls"}
    assert client.post(f"/beneficiaries/{person}/reveal", data=words).status_code == 200
    words["purpose_other"] = f"A list for {NAME.upper()}"
    data = {**words, "format": "csv", "columns": ["name", "phone"]}
    assert client.post("/beneficiaries/export?q=zyxwvutsky", data=data, buffered=True).status_code == 200
    client.get(f"/beneficiaries?q={GOVT_ID}")


def _write_and_pay(session: Session, person: UUID, project: Project) -> None:
    for kind, to in (("SMS", PHONE), ("SMS", FORMER), ("EMAIL", MAIL)):
        send(session, Address(kind, to), None if kind == "SMS" else "Hello", f"Dear {NAME}", "test", None)  # type: ignore[arg-type]
    session.add(KoboBeneficiary(name=NAME, phone="987-6501234", type="SALE", extras={"Plays": EXTRA}))
    session.add(KoboBeneficiary(name="Q.", phone="1", type="SALE", wallet=WALLET.upper().replace("0X", "0x")))
    vendor = User(name="Shop")
    session.add(vendor)
    session.flush()
    session.add(Vendor(uuid=vendor.uuid, name="Shop"))
    case = session.execute(
        text(
            """INSERT INTO tbl_grievances ("reportedBy", "reporterUserId", "reporterContact", title, type,
            "projectId", description) VALUES (:name, :user, :contact, 'Late', 'OTHER', :project, :words)
            RETURNING uuid"""
        ),
        {
            "name": NAME,
            "user": vendor.id,
            "contact": f"{PHONE} {MAIL}",
            "project": project.uuid,
            "words": f"I, {NAME}, wait",
        },
    ).scalar_one()
    session.add(GrievanceEvent(grievance_id=case, kind="NOTE", body=f"{NAME} waits at {PHONE}"))
    session.add(
        GrievanceAttachment(
            grievance_id=case, name=f"{NAME}.png", media_type="image/png", size=1, file_path="a" * 32
        )
    )
    told = {"sample": [[NAME, PHONE]]}
    calls = HotlineFile(
        project_id=project.uuid, file_name="calls.csv", file_hash="x", inspection=told, created_by=vendor.id
    )
    session.add(calls)
    session.flush()
    for number, (name, phone, words) in enumerate(((NAME, PHONE, "Late"), ("", "", f"{NAME} told me")), 1):
        session.add(
            HotlineRow(
                file_id=calls.uuid,
                number=number,
                case_uuid=uuid4(),
                name=name,
                contact=phone,
                words=words,
                verdict="NEW",
            )
        )
    session.flush()
    paid = {"project_id": project.uuid, "beneficiary_id": person, "vendor_id": vendor.uuid, "amount": 10}
    session.add(Transaction(uuid=uuid4(), currency="NPR", extras={"payee": NAME, "to": PHONE}, **paid))
    session.flush()


TABLES = text(
    """SELECT c.table_name, array_agg(c.column_name::text) AS columns FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' GROUP BY 1 ORDER BY 1"""
)


def left_of(session: Session, uploads: Path, values: tuple[str, ...] = VALUES) -> set[str]:
    """Where any of the values stands: in which column of which table, as text, as JSON or as bytes; in which file."""
    session.flush()
    found: set[str] = set()
    for table, columns in session.execute(TABLES).all():
        for row in session.execute(text(f'SELECT to_jsonb(t)::text AS told FROM "{table}" t')):
            found |= {f"{table}: {value}" for value in values if _holds(row.told, value)}
        assert columns
    for file in uploads.rglob("*"):
        if file.is_file():
            content = file.read_bytes().decode(errors="replace")
            found |= {f"{file.suffix}: {value}" for value in values if value.lower() in content.lower()}
    return found


def _holds(told: str, value: str) -> bool:
    return value.lower() in told.lower() or value.encode().hex() in told
