"""Whom a request pays: the name for who may read it, the phone on demand, for a purpose, on record."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.audit import budget
from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpRequest
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_project, enter_as
from tests.offramp.requests import Ground

GRACE: dict[str, Any] = {
    "person": None,
    "receiver_name": "Grace Wanjiku",
    "receiver_phone": "+254712345678",
    "receiver_network": "MPESA",
}
WHY = {"purpose": "Calling the person"}
READS = (Rule("read", "OfframpRequest"), Rule("read", "BeneficiaryPii"))


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes requests."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def grace(ground: Ground) -> OfframpRequest:
    """A request to somebody who is on no record."""
    found = ground.add(**GRACE)
    ground.session.commit()
    return found


def digits(page: str) -> str:
    """All digits of a page in a row, however they are set apart."""
    return re.sub(r"\D", "", page)


def entries(ground: Ground, action: str) -> list[AuditEntry]:
    wanted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(ground.session.scalars(wanted))


def test_F3_looking_at_who_is_on_no_record_is_on_record(
    ground: Ground, maker: FlaskClient, grace: OfframpRequest
) -> None:
    url = f"/offramps/{grace.uuid}"
    page = maker.get(url).text
    assert "Grace Wanjiku" in page
    assert "712345678" not in digits(page)
    (entry,) = entries(ground, "READ")
    assert (entry.table_name, entry.record_id) == ("tbl_offramps", str(grace.uuid))
    assert entry.details == {"rows": 1, "fields": ["receiverName"], "endpoint": "offramp.show_request"}
    polled = re.search(r'hx-get="([^"]+seen=)', page)
    assert polled
    assert maker.get(f"{polled[1]}0", headers={"HX-Request": "true"}).status_code == 200
    assert len(entries(ground, "READ")) == 1, "the page asked by itself"
    maker.get(f"/offramps/{ground.add().uuid}")
    assert len(entries(ground, "READ")) == 1, "who is on record has a page of their own"


def test_F3_who_sees_a_masked_name_has_looked_at_nobody(
    ground: Ground, signed_in_as: SignedInAs, grace: OfframpRequest
) -> None:
    page = signed_in_as(READS[0]).get(f"/offramps/{grace.uuid}").text
    assert "G••• W•••" in page
    assert "Grace" not in page
    assert entries(ground, "READ") == []


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_F2_F3_the_phone_is_shown_by_a_post_with_a_purpose_that_is_on_record(
    ground: Ground, maker: FlaskClient, grace: OfframpRequest, headers: dict[str, str]
) -> None:
    url = f"/offramps/{grace.uuid}"
    answer = maker.post(f"{url}/reveal", data=WHY, headers=headers)
    assert answer.status_code == 200
    assert "712345678" in digits(answer.text)
    assert ("<html" in answer.text) is not bool(headers)
    assert answer.headers["Cache-Control"] == "no-store"
    (entry,) = entries(ground, "REVEAL")
    assert (entry.table_name, entry.record_id) == ("tbl_offramps", str(grace.uuid))
    assert entry.details == {"rows": 1, "fields": ["receiverPhone"], "purpose": WHY["purpose"]}
    assert "712345678" not in digits(maker.get(url).text), "shown once"
    assert maker.get(f"{url}/reveal").status_code == 405


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_F3_without_a_purpose_the_phone_is_not_shown(
    ground: Ground, maker: FlaskClient, grace: OfframpRequest, headers: dict[str, str]
) -> None:
    answer = maker.post(f"/offramps/{grace.uuid}/reveal", data={"purpose": ""}, headers=headers)
    assert answer.status_code == 422
    assert 'id="purpose-error"' in answer.text
    assert 'id="receiver"' in answer.text
    assert "712345678" not in digits(answer.text)
    assert entries(ground, "REVEAL") == []


def test_F2_the_phone_is_for_who_may_have_it_in_the_requests_project(
    ground: Ground, signed_in_as: SignedInAs, grace: OfframpRequest
) -> None:
    url, elsewhere = f"/offramps/{grace.uuid}", add_project(ground.session, "East")

    def reveals(project: Any) -> Rule:
        return Rule("reveal", "BeneficiaryPii", conditions={"projectId": str(project.uuid)})

    reader = signed_in_as(*READS)
    assert 'id="receiver"' not in reader.get(url).text
    assert reader.post(f"{url}/reveal", data=WHY).status_code == 403
    for rules in (
        (*READS, reveals(elsewhere)),
        (READS[0], reveals(ground.project)),  # reveals, and may not read
        (READS[1], reveals(ground.project)),  # of a request that they may not see
    ):
        client = signed_in_as(*rules)
        if READS[0] in rules:
            assert 'id="receiver"' not in client.get(url).text
        assert client.post(f"{url}/reveal", data=WHY).status_code == 404
    assert entries(ground, "REVEAL") == []
    here = signed_in_as(*READS, reveals(ground.project))
    assert 'id="receiver"' in here.get(url).text
    assert here.post(f"{url}/reveal", data=WHY).status_code == 200
    assert here.post(f"/offramps/{uuid4()}/reveal", data=WHY).status_code == 404


def test_F4_phones_of_receivers_are_of_the_same_budget(
    ground: Ground, maker: FlaskClient, grace: OfframpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget.REVEALS, "most", 1)
    url = f"/offramps/{grace.uuid}/reveal"
    assert maker.post(url, data=WHY).status_code == 200
    refused = maker.post(url, data=WHY)
    assert refused.status_code == 429
    assert "712345678" not in digits(refused.text)


def test_where_no_phone_is_kept_there_is_nothing_to_show(ground: Ground, maker: FlaskClient) -> None:
    url = f"/offramps/{ground.add(OfframpStatus.COMPLETED, **GRACE | {'receiver_phone': None}).uuid}"
    assert 'id="receiver"' not in maker.get(url).text
    assert maker.post(f"{url}/reveal", data=WHY).status_code == 404
