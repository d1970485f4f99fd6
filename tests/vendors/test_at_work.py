"""Only an approved vendor gets something new, in a project of theirs, within their dates there."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.errors import Refusal
from portal.users.models import User
from portal.vendors.models import Vendor
from portal.vendors.queries.at_work import the_vendor_at_work, vendors_to_choose
from tests.factories import add_project
from tests.vendors.shops import add_vendor

DAY = dt.timedelta(days=1)
EVERYTHING = Ability([Rule("manage", "all")])


@pytest.fixture
def today(session: Session) -> dt.date:
    found: dt.date = session.scalars(text("SELECT current_date")).one()
    return found


def refusal(session: Session, vendor: object, project: object) -> str:
    with pytest.raises(Refusal) as refused:
        the_vendor_at_work(session, vendor, project)  # type: ignore[arg-type]
    assert refused.value.field == "vendor"
    return str(refused.value)


def offered(session: Session, ability: Ability, project: UUID) -> list[tuple[UUID, str]]:
    """Who can be chosen for something new there."""
    found = session.execute(vendors_to_choose(ability, project).order_by(Vendor.name))
    return [(row.uuid, row.name) for row in found]


def test_an_approved_vendor_of_the_project_is_at_work(session: Session) -> None:
    project = add_project(session, "Winter")
    shop = add_vendor(session, "Grain", [project])
    assert the_vendor_at_work(session, shop.uuid, project.uuid) is shop
    assert offered(session, EVERYTHING, project.uuid) == [(shop.uuid, "Grain")]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": "PENDING"}, "Grain is not approved yet."),
        ({"state": "SUSPENDED", "state_reason": "Sold sand"}, "Grain is suspended."),
    ],
)
def test_a_vendor_who_is_not_approved_is_not(session: Session, facts: dict[str, Any], said: str) -> None:
    project = add_project(session, "Winter")
    shop = add_vendor(session, "Grain", [project], **facts)
    assert refusal(session, shop.uuid, project.uuid) == said
    assert offered(session, EVERYTHING, project.uuid) == []


def test_nor_is_one_who_works_elsewhere_or_was_taken_out(session: Session) -> None:
    project, other = add_project(session, "Winter"), add_project(session, "Flood")
    shop = add_vendor(session, "Grain", [project])
    assert refusal(session, shop.uuid, other.uuid) == "Grain does not work in this project."
    session.execute(text('UPDATE tbl_projects_vendors SET "deletedAt" = now()'))
    assert refusal(session, shop.uuid, project.uuid) == "Grain does not work in this project."
    assert offered(session, EVERYTHING, project.uuid) == []


def test_E9_nor_is_one_who_was_deleted_or_never_was(session: Session) -> None:
    project = add_project(session, "Winter")
    shop = add_vendor(session, "Grain", [project])
    session.execute(text('UPDATE tbl_vendors SET "deletedAt" = now()'))
    for uuid in (shop.uuid, uuid4()):
        assert refusal(session, uuid, project.uuid) == "There is no such vendor."


def test_the_first_and_the_last_day_count_and_no_other(session: Session, today: dt.date) -> None:
    project = add_project(session, "Winter")
    for name, first, last in (("One", today, today), ("Late", today + DAY, None), ("Old", None, today - DAY)):
        add_vendor(session, name, [project], starts_on=first, ends_on=last)
    shops = {row.name: row.uuid for row in session.execute(select(User.name, User.uuid))}
    the_vendor_at_work(session, shops["One"], project.uuid)
    assert refusal(session, shops["Late"], project.uuid).startswith("Late works in this project from ")
    assert refusal(session, shops["Old"], project.uuid).startswith("Old worked in this project until ")
    assert [name for _, name in offered(session, EVERYTHING, project.uuid)] == ["One"]


def test_the_day_is_that_of_the_project(session: Session) -> None:
    """At most places it is another day on Kiritimati or on Midway."""
    there = "SELECT (now() AT TIME ZONE :zone)::date"
    east, west = (
        session.scalars(text(there), {"zone": zone}).one()
        for zone in ("Pacific/Kiritimati", "Pacific/Midway")
    )
    assert east > west
    for zone, day in (("Pacific/Kiritimati", east), ("Pacific/Midway", west)):
        project = add_project(session, zone, time_zone=zone)
        shop = add_vendor(session, f"Shop at {zone}", [project], starts_on=day, ends_on=day)
        the_vendor_at_work(session, shop.uuid, project.uuid)


def test_C4_only_vendors_whom_one_may_see_are_offered(session: Session) -> None:
    project = add_project(session, "Winter")
    shop, _other = add_vendor(session, "Grain", [project]), add_vendor(session, "Tools", [project])
    own = Ability([Rule("read", "Vendor", conditions={"uuid": str(shop.uuid)})])
    assert offered(session, own, project.uuid) == [(shop.uuid, "Grain")]
    assert offered(session, Ability([]), project.uuid) == []


def test_E1_who_suspends_a_vendor_or_takes_them_out_waits_for_what_is_being_promised(
    fresh_database: str,
) -> None:
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        winter = add_project(session, "Winter")
        shop, project = add_vendor(session, "Grain", [winter]).uuid, winter.uuid
        session.commit()
    with Session(engine) as promising, Session(engine) as other:
        the_vendor_at_work(promising, shop, project)
        for words in (
            "UPDATE tbl_vendors SET state = 'SUSPENDED', \"stateReason\" = 'Sold sand'",
            'UPDATE tbl_projects_vendors SET "deletedAt" = now()',
        ):
            other.execute(text("SET LOCAL lock_timeout = 50"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(text(words))
            other.rollback()
        promising.rollback()
        other.execute(text("UPDATE tbl_vendors SET state = 'SUSPENDED', \"stateReason\" = 'Sold sand'"))
        other.commit()
        with pytest.raises(Refusal, match="suspended"):
            the_vendor_at_work(promising, shop, project)
    engine.dispose()
