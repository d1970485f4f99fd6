"""Pairs of records, made in a line."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.beneficiaries.models import Beneficiary
from portal.duplicates.models import Duplicate
from portal.duplicates.queries.rows import rows, seen
from portal.projects.models import Project
from portal.transactions.models import Transaction
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.factories import add_beneficiary

BORN = dt.datetime(1990, 5, 17, tzinfo=dt.UTC)
SITA: dict[str, Any] = {"birth_date": BORN, "age": 36, "gender": "FEMALE", "location": "Sunsari"}


def add_pair(session: Session, one: Beneficiary, other: Beneficiary, **facts: Any) -> Duplicate:
    """A pair of two people, to be decided."""
    first, second = sorted((one.uuid, other.uuid))
    pair = Duplicate(
        **{
            "first_id": first,
            "second_id": second,
            "score": 90,
            "reasons": ["SAME_NAME", "SAME_PLACE"],
            **facts,
        }
    )
    session.add(pair)
    session.flush()
    return pair


def add_twins(session: Session, **facts: Any) -> tuple[Beneficiary, Beneficiary, Duplicate]:
    """Somebody registered twice: the older record, the younger one, and their pair."""
    one = add_beneficiary(session, "Sita Tharu", "+9779812345678", **SITA, **facts)
    other = add_beneficiary(session, "Seeta Tharu", "+9779812345679", **SITA, **facts)
    return one, other, add_pair(session, one, other)


def filled(client: FlaskClient, pair: Duplicate, **choices: str) -> dict[str, str]:
    """The form as the page draws it, with what is chosen at first but for `choices`."""
    return {**read_form(client.get(f"/duplicates/{pair.uuid}").text), **choices}


def read_form(text: str) -> dict[str, str]:
    """What a page's form says when it is sent as it is drawn."""
    stated = re.search(r'name="seen"[^>]*value="(\w+)"', text)
    assert stated
    chosen = re.findall(r'<input[^>]*\bchecked[^>]*\bname="(\w+)"[^>]*\bvalue="(\w+)"', text)
    return {**dict(chosen), "seen": stated[1]}


def merge_by_page(session: Session, client: FlaskClient) -> tuple[Duplicate, TestResponse]:
    """Two records made one as somebody does it in the browser."""
    pair = add_twins(session)[2]
    session.commit()
    return pair, client.post(f"/duplicates/{pair.uuid}/merge", data=filled(client, pair))


def pay(session: Session, person: Beneficiary, project: Project) -> None:
    """A payout to somebody."""
    vendor = User(name="Shop")
    session.add(vendor)
    session.flush()
    session.add(Vendor(uuid=vendor.uuid, name="Shop"))
    session.flush()
    session.add(
        Transaction(
            project_id=project.uuid,
            beneficiary_id=person.uuid,
            vendor_id=vendor.uuid,
            amount=10,
            currency="NPR",
        )
    )
    session.flush()


def stamp(session: Session, pair: Duplicate) -> str:
    """What the page of a pair says of how both are."""
    return seen(rows(session, (pair.first_id, pair.second_id)))


def whole(session: Session, people: tuple[UUID, UUID]) -> dict[str, Any]:
    """Two people and all that refers to them, as the database writes it down, without the marks of bookkeeping."""
    marks = "- 'version' - 'updatedAt'"
    found: dict[str, Any] = {}
    for table, column in (
        ("tbl_beneficiaries", "uuid"),
        ("tbl_grouped_beneficiaries", '"beneficiaryId"'),
        ("tbl_beneficiaries_projects", '"beneficiaryId"'),
        ("tbl_transactions", '"beneficiaryId"'),
    ):
        statement = f"SELECT to_jsonb(t) {marks} FROM {table} t WHERE {column} = ANY(:people) ORDER BY id"
        found[table] = list(session.scalars(text(statement), {"people": list(people)}))
    pii = """SELECT to_jsonb(p) FROM tbl_beneficiaries_pii p JOIN tbl_beneficiaries b ON b.id = p."beneficiaryId"
        WHERE b.uuid = ANY(:people) ORDER BY b.id"""
    return {**found, "pii": list(session.scalars(text(pii), {"people": list(people)}))}
