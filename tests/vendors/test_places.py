"""Where a vendor is: exactly for who may see exact places and for themselves, to about a kilometre for all others."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Rule
from portal.core.enums import Service
from portal.users.models import User
from tests.factories import add_user_with, enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

EXACT, COARSE = ("26.60123", "87.14567"), ("26.6", "87.15")


@pytest.fixture
def placed(here: Ground) -> Ground:
    """The vendor with a place on the map."""
    here.shop.latitude, here.shop.longitude = (float(degrees) for degrees in EXACT)
    here.session.commit()
    return here


def told(browser: FlaskClient, url: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """The coordinates that stand on the page in figures, and those of its map."""
    page = browser.get(url).text
    figures = re.search(r'<bdi class="num" dir="ltr">([-\d.]+), ([-\d.]+)</bdi>', page)
    spot = re.search(r'data-latitude="([-\d.]+)"\s+data-longitude="([-\d.]+)"', page)
    return figures.groups() if figures else (), spot.groups() if spot else None


@pytest.mark.parametrize(
    ("role", "seen"),
    [("Manager", EXACT), ("Officer", EXACT), ("Approver", COARSE), ("Viewer", COARSE)],
)
def test_F8_a_vendors_exact_place_is_on_the_page_and_its_map_for_who_may_see_exact_places(
    placed: Ground, signed_in_as: SignedInAs, role: str, seen: tuple[str, ...]
) -> None:
    browser = signed_in_as(role)
    assert told(browser, placed.url) == (seen, seen)
    page = browser.get(placed.url).text
    assert ("data-exact" in page) == (seen == EXACT)
    assert ("to about a kilometre" in page) == (seen == COARSE)
    assert (EXACT[0] in page) == (seen == EXACT)


def test_F8_vendors_know_their_own_place(placed: Ground, client: FlaskClient) -> None:
    user = placed.session.query(User).filter_by(uuid=placed.shop.uuid).one()
    placed.session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=user.email))
    browser = enter_as(client, placed.session, user)
    assert told(browser, placed.url) == (EXACT, EXACT)
    assert f'value="{EXACT[0]}"' in browser.get(f"{placed.url}/edit").text


def test_a_vendor_without_a_place_has_no_map_and_its_page_loads_none(
    here: Ground, manager: FlaskClient
) -> None:
    assert told(manager, here.url) == ((), None)
    assert "leaflet" not in manager.get(here.url).text


def keeper(session: Session, client: FlaskClient) -> FlaskClient:
    """Somebody who keeps the registry and may not see exact places."""
    rules = [Rule(action, "Vendor") for action in ("read", "update", "export")]
    return enter_as(
        client, session, add_user_with(session, "keeper", None, [*rules, Rule("read", "Project")])
    )


def test_F8_who_may_not_see_it_exactly_changes_no_place_and_loses_none(
    placed: Ground, client: FlaskClient, session: Session
) -> None:
    browser = keeper(session, client)
    page = browser.get(f"{placed.url}/edit").text
    assert "latitude" not in page
    typed: dict[str, Any] = {
        "contact": "Ram", "version": str(placed.fresh().version), "latitude": "1", "longitude": "2",
        **{name: getattr(placed.shop, name) for name in ("name", "phone", "email", "location", "wallet")},
    }  # fmt: skip
    assert browser.post(f"{placed.url}/edit", data=typed).status_code == 303
    shop = placed.fresh()
    assert (shop.contact, str(shop.latitude), str(shop.longitude)) == ("Ram", *EXACT)


@pytest.mark.parametrize("exact", [True, False])
def test_F8_a_file_of_vendors_has_places_as_exact_as_its_reader_may_know_them(
    placed: Ground, client: FlaskClient, manager: FlaskClient, session: Session, exact: bool
) -> None:
    add_vendor(session, "Nowhere")
    session.commit()
    browser = manager if exact else keeper(session, client)
    asked = {"columns": ["name", "latitude", "longitude"], "format": "csv", "purpose": "Reporting"}
    lines = browser.post("/vendors/export", data=asked, buffered=True).text.splitlines()
    assert f"Inaruwa Grain Store,{','.join(EXACT if exact else COARSE)}" in lines
    assert "Nowhere,," in lines
