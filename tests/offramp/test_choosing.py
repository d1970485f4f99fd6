"""Of many providers and projects the one is typed by its name: in the list's filter, for a request, for a statement."""

import html
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import choosing
from portal.core.abilities import Rule
from portal.offramp.models import OfframpProvider, OfframpRequest
from portal.offramp.statements import OfframpStatement
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_project, enter_as
from tests.offramp.requests import Ground, add_provider
from tests.offramp.test_list_page import text_of
from tests.offramp.test_making_page import carried, typed


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes requests."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def kotani(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> OfframpProvider:
    """One more provider and one more project: more than a list lets choose among."""
    monkeypatch.setattr(choosing, "FEW", 1)
    add_project(ground.session, "Hill Roads")
    found = add_provider(ground.session, "Kotani", is_active=False)
    ground.session.commit()
    return found


def test_the_list_is_narrowed_by_a_providers_name(
    ground: Ground, maker: FlaskClient, kotani: OfframpProvider
) -> None:
    ground.add(amount="12")
    ground.session.commit()
    for named, rows in (("sandbox", 1), (str(ground.provider.uuid), 1), ("Kotani", 0)):
        answer = maker.get("/offramps", query_string={"provider": named, "project": "winter cash"})
        assert answer.status_code == 200
        assert answer.text.count("Asha Tharu") == rows
    refused = maker.get("/offramps?provider=sand")
    assert refused.status_code == 422
    assert "Nothing is called exactly so. Like it: Sandbox." in html.unescape(refused.text)


def test_a_request_is_made_by_the_names_of_its_project_and_provider(
    ground: Ground, maker: FlaskClient, kotani: OfframpProvider
) -> None:
    add_provider(ground.session, "Sandbox too")
    ground.session.commit()
    found = maker.get("/offramps/new?project=winter cash&q=asha").text
    way = f"/offramps/new?project={ground.project.uuid}&beneficiary={ground.asha.uuid}"
    assert html.escape(way) in found
    assert maker.get("/offramps/new?project=winter&q=asha").status_code == 422
    page = maker.get(way).text
    assert 'list="provider-names"' in page
    for named in ("Sand", "Kotani", ""):  # a part of a name, one at rest, none
        refused = maker.post(way, data=typed(ground, provider=named))
        assert refused.status_code == 422
        assert 'id="provider-error"' in refused.text
        assert f'value="{named}"' in refused.text
    shown = carried(maker.post(way, data=typed(ground, provider="SANDBOX TOO")).text)
    assert maker.post(way, data={**shown, "step": "make"}).status_code == 303
    made = ground.session.scalars(select(OfframpRequest)).one()
    taken = select(OfframpProvider.name).where(OfframpProvider.uuid == made.provider_id)
    assert ground.session.scalar(taken) == "Sandbox too"
    assert 'value="Sandbox too"' in maker.get(way).text  # what was taken last time


def test_a_statement_is_that_of_the_provider_that_is_named(
    ground: Ground, maker: FlaskClient, kotani: OfframpProvider
) -> None:
    file = (io.BytesIO(b"reference,status\nrp-1,paid\n"), "paid.csv")
    sent = maker.post("/offramps/statements", data={"provider": "kotani", "file": file})
    assert sent.status_code == 303
    assert ground.session.scalars(select(OfframpStatement.provider_id)).one() == kotani.uuid
    refused = maker.post("/offramps/statements", data={"provider": "nobody"})
    assert refused.status_code == 422
    assert "Nothing that you can choose has this in its name." in text_of(refused.text)


def test_C4_only_providers_that_one_may_know_of_can_be_named(
    ground: Ground, signed_in_as: SignedInAs, kotani: OfframpProvider
) -> None:
    add_provider(ground.session, "Kotani too")
    ground.session.commit()
    named = Rule("read", "OfframpProvider", conditions={"name": {"$ne": "Kotani"}})
    reader = signed_in_as(Rule("read", "OfframpRequest"), named)
    assert reader.get("/offramps?provider=Kotani too").status_code == 200
    assert reader.get("/offramps?provider=Kotani").status_code == 422
    assert "Kotani." not in html.unescape(reader.get("/offramps?provider=kota").text)
