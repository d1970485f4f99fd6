"""The list of vendors: search, filters, order, pages, files; and that each reader finds only their own."""

import csv
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit.models import AuditEntry
from portal.auth.models import Auth
from portal.core.abilities import Ability, Rule
from portal.core.enums import Service
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import Vendor
from portal.vendors.queries.listing import (
    NEWEST,
    SORTS,
    VendorFilter,
    count_exactly,
    count_vendors,
    page_of_vendors,
)
from portal.vendors.states import VendorState
from tests.auth.people import statements
from tests.factories import add_project, enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

NOBODY = "ced42cc1-afe4-443c-9ca9-308340a69683"
EVERYTHING = Ability([Rule("manage", "all")])


def found(session: Session, q: str = "", sort: str = "-created", **chosen: Any) -> list[str]:
    """The names a filter finds, in the list's order; both counts agree with it."""
    ability, wanted = EVERYTHING, VendorFilter(q=q, **chosen)
    rows = page_of_vendors(session, wanted, ability, SORTS[sort]).rows
    assert (
        count_vendors(session, wanted, ability).number == len(rows) == count_exactly(session, wanted, ability)
    )
    return [row.name for row in rows]


def export(client: FlaskClient, query: str = "", **more: Any) -> Any:
    form = {"format": "csv", "columns": ["name", "phone", "projects"], "purpose": "Reporting", **more}
    return client.post(f"/vendors/export?{query}", data=form, buffered=True)


def same_words(one: TestResponse, other: TestResponse) -> bool:
    """Whether two pages are byte for byte the same, but for the token of their forms and the id of their request."""
    texts = [answer.data.replace(answer.headers["X-Request-Id"].encode(), b"") for answer in (one, other)]
    return len({re.sub(rb'name="csrf_token" value="[^"]*"', b"", text) for text in texts}) == 1


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("grain", ["Inaruwa Grain Store"]),
        ("STORE gra", ["Inaruwa Grain Store"]),
        ("крамниця", ["Крамниця на розі"]),
        ("carsi", ["Çarşı Bakkal"]),
        ("किराना", ["इनरुवा किराना पसल"]),
        ("980 123", ["Çarşı Bakkal"]),
        ("+977-9801234567", ["Çarşı Bakkal"]),
        ("depot@exa", ["Dessie Tool Depot"]),
        ("0xfb6916", ["Inaruwa Grain Store"]),
        ("nobody", []),
        ("%", []),
        ("'; DROP", []),
    ],
)
def test_vendors_are_found_by_name_phone_address_and_wallet(
    session: Session, typed: str, names: list[str]
) -> None:
    add_vendor(session, "Inaruwa Grain Store", wallet="0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")
    add_vendor(session, "Крамниця на розі")
    add_vendor(session, "Çarşı Bakkal", phone="+9779801234567")
    add_vendor(session, "Dessie Tool Depot", email="depot@example.org")
    add_vendor(session, "इनरुवा किराना पसल")
    assert found(session, typed) == names


def test_project_state_and_deleted_narrow_the_list(session: Session) -> None:
    winter = add_project(session, "Winter")
    add_vendor(session, "Working", [winter])
    add_vendor(session, "Waiting", state="PENDING")
    gone = add_vendor(session, "Gone", [winter])
    session.query(User).filter_by(uuid=gone.uuid).one().deleted_at = gone.created_at
    session.flush()
    assert found(session) == ["Waiting", "Working"]
    assert found(session, project=winter.uuid) == ["Working"]
    assert found(session, state=VendorState.PENDING) == ["Waiting"]
    assert found(session, deleted=True) == ["Gone"]
    assert found(session, project=uuid4()) == []


def test_the_list_is_ordered_by_name_or_by_when_they_came(session: Session) -> None:
    for name in ("Beta", "alpha", "Ärger"):
        add_vendor(session, name)
    assert found(session) == ["Ärger", "alpha", "Beta"]
    assert found(session, sort="created") == ["Beta", "alpha", "Ärger"]
    assert found(session, sort="name") == ["alpha", "Ärger", "Beta"]
    assert found(session, sort="-name") == ["Beta", "Ärger", "alpha"]


def test_pages_run_through_everybody_once(session: Session, manager: FlaskClient) -> None:
    session.execute(insert(Vendor), [{"name": f"Shop {number:02d}"} for number in range(55)])
    session.commit()
    page = page_of_vendors(session, VendorFilter(), EVERYTHING, NEWEST)
    assert (len(page.rows), page.next is None) == (50, False)
    first = manager.get("/vendors?sort=name").text
    assert "Shop 49" in first
    assert "Shop 50" not in first
    assert "of 55" in first
    following = (
        first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    assert "Shop 54" in manager.get(following).text


@pytest.mark.parametrize(
    "query",
    [
        "project=x",
        "state=x",
        "state=DELETED%00",
        "q=%00",
        "q=" + "x" * 201,
        f"project={NOBODY}",
    ],
)
def test_D10_a_filter_that_is_none_says_so(manager: FlaskClient, query: str) -> None:
    assert manager.get(f"/vendors?{query}").status_code == 422


@pytest.mark.parametrize(
    "query", ["sort=x", "at=x", "page=-1", "_scheme=javascript", "sort=name&sort=x", "count=9"]
)
def test_D10_parameters_that_nobody_asked_for_do_no_harm(
    here: Ground, manager: FlaskClient, query: str
) -> None:
    answer = manager.get(f"/vendors?{query}")
    assert answer.status_code == 200
    assert "Inaruwa Grain Store" in answer.text


def test_htmx_gets_the_rows_alone(here: Ground, manager: FlaskClient) -> None:
    part = manager.get("/vendors?q=grain", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="vendors"')
    assert "Inaruwa Grain Store" in part
    assert "<bdi>Cash for Winter</bdi>" in part
    assert 'class="tag tone-good"' in part


@pytest.mark.parametrize(
    ("path", "most"), [("/vendors", 4), ("{url}", 7), ("{url}/projects", 4), ("/vendors/new", 2)]
)
def test_a_page_asks_the_database_as_often_whatever_it_shows(
    here: Ground, manager: FlaskClient, path: str, most: int
) -> None:
    address = path.format(url=here.url)
    manager.get(address)
    with statements() as for_one:
        manager.get(address)
    for number in range(20):
        add_vendor(here.session, f"Shop {number}", [here.winter])
    here.session.commit()
    with statements() as for_many:
        manager.get(address)
    assert len(for_one) == len(for_many) <= most, "\n".join(for_many)


def test_C3_C4_a_role_for_one_project_finds_its_vendors_in_list_count_search_filter_and_file(
    here: Ground, client: FlaskClient
) -> None:
    add_vendor(here.session, "Flood Tools", [here.flood])
    add_vendor(here.session, "Nowhere Tools")
    user = add_user(here.session, "Limited", "limited@example.org")
    here.session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id="limited@example.org"))
    assign_role(here.session, user, "Manager", projects=[here.flood.uuid])
    enter_as(client, here.session, user)
    for query in ("", "q=tools", "state=APPROVED", "sort=name", f"project={here.flood.uuid}"):
        page = client.get(f"/vendors?{query}").text
        assert "Flood Tools" in page, query
        assert "1–1 of 1" in page
        assert "Nowhere" not in page
        assert "Grain" not in page
        assert [row[0] for row in rows_of(export(client, query))[1:]] == ["Flood Tools"]
    assert client.get(f"/vendors?project={here.winter.uuid}").status_code == 422
    absent = client.get(f"/vendors/{uuid4()}")
    for path in ("", "/projects", "/edit", "/suspend", "/delete", "/restore", "/projects/add"):
        hidden = client.get(f"{here.url}{path}")
        assert hidden.status_code == 404, path
        assert same_words(hidden, absent)


def test_C3_the_role_vendor_sees_its_own_shop_and_of_others_nothing(
    here: Ground, client: FlaskClient
) -> None:
    add_vendor(here.session, "Other Shop", [here.winter])
    other = here.session.query(User).filter_by(name="Other Shop").one()
    user = here.session.query(User).filter_by(uuid=here.shop.uuid).one()
    here.session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=user.email))
    enter_as(client, here.session, user)
    own = client.get(here.url)
    assert own.status_code == 200
    assert "Inaruwa Grain Store" in own.text
    assert client.get(f"{here.url}/projects").status_code == 200
    listed = client.get("/vendors").text
    assert "Inaruwa Grain Store" in listed
    assert "Other Shop" not in listed
    assert "1–1 of 1" in listed
    hidden, absent = client.get(f"/vendors/{other.uuid}"), client.get(f"/vendors/{uuid4()}")
    assert hidden.status_code == absent.status_code == 404
    assert same_words(hidden, absent)
    for path in ("approve", "suspend", "delete", "restore"):
        assert client.post(f"{here.url}/{path}").status_code == 403, path
    assert client.get("/vendors/export").status_code == 403


def test_F3_a_file_is_on_record_with_its_purpose_and_holds_what_the_list_shows(
    here: Ground, manager: FlaskClient
) -> None:
    add_vendor(here.session, "Tools", state="PENDING")
    here.session.commit()
    assert export(manager, purpose="").status_code == 422
    answer = export(manager, "state=APPROVED")
    assert rows_of(answer) == [
        ["name", "phone", "projects"],
        ["Inaruwa Grain Store", f"'{here.shop.phone}", "Cash for Winter"],
    ]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="vendors-')
    entry = here.session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.table_name == "tbl_vendors"
    assert entry.details == {
        "rows": 1,
        "purpose": "Reporting",
        "format": "csv",
        "columns": ["name", "phone", "projects"],
        "narrowed_by": ["state"],
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_D5_a_formula_in_a_name_comes_back_as_text(session: Session, manager: FlaskClient, kind: str) -> None:
    add_vendor(session, "=1+1", location="@SUM(A1)")
    session.commit()
    answer = export(manager, columns=["name", "location"], format=kind)
    assert answer.status_code == 200
    if kind == "csv":
        assert rows_of(answer)[1] == ["'=1+1", "'@SUM(A1)"]
    else:
        assert answer.data.startswith(b"PK")


def test_C2_who_may_not_export_is_not_offered_it(here: Ground, signed_in_as: SignedInAs) -> None:
    viewer = signed_in_as("Viewer")
    assert "/vendors/export" not in viewer.get("/vendors").text
    assert export(viewer).status_code == 403
    assert "/vendors/new" not in viewer.get("/vendors").text
    assert f"{here.url}/edit" not in viewer.get(here.url).text
