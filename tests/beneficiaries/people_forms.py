"""Filling in the forms about one person."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii

SITA: dict[str, Any] = {
    "name": "Sita Tharu",
    "phone": "980-123 4567",
    "gender": "FEMALE",
    "banked_status": "UNKNOWN",
    "phone_status": "SMART_PHONE",
    "internet_status": "UNKNOWN",
}
"""The least that a person is registered with, and a little more."""


def value_of(page: str, name: str) -> str:
    """What stands in a field of a page."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    found = re.search(r'value="([^"]*)"', tag[0])
    return unescape(found[1]) if found else ""


def filled(client: FlaskClient, path: str, **typed: Any) -> dict[str, Any]:
    """The form at a path as a browser would send it, with some fields typed anew."""
    page = client.get(path).text
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if (
            name
            and not (kind and kind[1] in {"checkbox", "radio", "submit", "search"})
            and name[1] != "theme"
        ):
            form[name[1]] = value_of(tag, re.escape(name[1]))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', inner)
        form[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(?:\r?\n)?(.*?)</textarea>', page, re.DOTALL
    ):
        form[name] = unescape(inner)
    form.pop("csrf_token", None)
    return form | typed


def only(session: Session) -> tuple[Beneficiary, BeneficiaryPii]:
    """The one person there is."""
    row = session.execute(
        select(Beneficiary, BeneficiaryPii).join(
            BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id
        )
    ).one()
    return row[0], row[1]


def path_of(person: Beneficiary) -> str:
    """The address of the form that changes a person."""
    return f"/beneficiaries/{person.uuid}/edit"
