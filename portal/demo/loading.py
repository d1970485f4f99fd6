"""Putting the demo into the database, in the session's transaction."""

import datetime as dt

from sqlalchemy import exists, insert, literal, or_, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject, GroupedBeneficiary
from portal.core.errors import Refusal
from portal.demo.cases import add_cases
from portal.demo.desk import add_work_at_the_desk
from portal.demo.offramps import add_offramps
from portal.demo.payouts import add_payouts
from portal.demo.people import Made, people
from portal.demo.programme import FLOOD, PROJECTS, add_programme, add_vendors, named
from portal.demo.projects import close_finished, equip_projects
from portal.demo.requests import add_requests
from portal.demo.staff import add_colleagues, add_limited_officer
from portal.demo.transactions import add_transactions
from portal.demo.vendors import add_more_vendors
from portal.projects.models import Project
from portal.users.models import User
from portal.wallets.operations import ensure_pool

DRAW = text(
    """
WITH drawn AS MATERIALIZED (SELECT nextval('wallet_index_seq') AS index FROM generate_series(1, :count))
SELECT pool.address FROM drawn JOIN tbl_wallet_pool pool ON pool.index = drawn.index ORDER BY drawn.index
"""
)


def is_empty(session: Session) -> bool:
    """Whether nobody has begun to use this portal: no user, no person, no project."""
    return not session.scalar(
        select(
            or_(*(exists(select(literal(1)).select_from(model)) for model in (User, Beneficiary, Project)))
        )
    )


def has_people(session: Session) -> bool:
    """Whether anybody is registered, deleted or not."""
    return bool(session.scalar(select(exists(select(literal(1)).select_from(Beneficiary)))))


def has_demo(session: Session) -> bool:
    """Whether the demo was loaded here."""
    first = named("project", PROJECTS[0][0])
    return bool(session.scalar(select(exists(select(literal(1)).where(Project.uuid == first)))))


def load_demo(session: Session, password_hash: str, now: dt.datetime) -> int:
    """The whole demo; returns how many people it has. `now` is when its last person came.

    Raises Refusal where it is in already, or an account with one of its addresses is.
    """
    if has_demo(session):
        raise Refusal("The demo is in this database already.")
    add_colleagues(session, password_hash)
    add_programme(session)
    equip_projects(session)
    add_vendors(session, password_hash)
    add_more_vendors(session, now.date())
    add_limited_officer(session, named("project", FLOOD), password_hash)
    add_requests(session)
    count = _add_people(session, list(people(now)))
    add_payouts(session)
    add_transactions(session, now)
    add_cases(session, now)
    add_work_at_the_desk(session)
    add_offramps(session, now)
    close_finished(session)
    return count


def _add_people(session: Session, made: list[Made]) -> int:
    ensure_pool(session, len(made))
    wallets = session.scalars(DRAW, {"count": len(made)}).all()
    rows = [{**one.person, "wallet_address": wallet} for one, wallet in zip(made, wallets, strict=True)]
    inserted = session.execute(insert(Beneficiary).returning(Beneficiary.uuid, Beneficiary.id), rows)
    ids = {row.uuid: row.id for row in inserted}
    session.execute(insert(BeneficiaryPii), [{**one.pii, "beneficiary_id": ids[one.uuid]} for one in made])
    session.execute(
        insert(BeneficiaryProject),
        [
            {
                "beneficiary_id": one.uuid,
                "project_id": named("project", one.project),
                "created_at": one.person["created_at"],
                "updated_at": one.person["created_at"],
            }
            for one in made
        ],
    )
    session.execute(
        insert(GroupedBeneficiary),
        [
            {
                "beneficiary_id": one.uuid,
                "beneficiary_group_id": named("group", group.name),
                "created_at": one.person["created_at"],
                "updated_at": one.person["created_at"],
            }
            for one in made
            for group in one.groups
        ],
    )
    return len(made)
