"""Large groups: who falls short, and names of many groups, are found by their indexes."""

import pytest
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import Lack, PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability, Rule
from portal.groups.queries.listing import GroupFilter, chosen_groups
from tests.factories import add_beneficiary, add_group

pytestmark = pytest.mark.database

EVERYTHING = Ability([Rule("manage", "all")])


def plan_of(session: Session, statement: Select[int]) -> str:
    """How the statement is answered where a table is read from end to end only when there is no other way."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    asked = statement.compile(dialect=session.get_bind().dialect)
    rows = session.connection().exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars()
    return "\n".join(rows)


def test_who_has_no_phone_to_send_money_to_is_read_from_an_index_of_these(session: Session) -> None:
    group = add_group(session, "Widows")
    for number in range(50):
        add_beneficiary(session, groups=[group], phone=f"+97798{number:08}")
    session.flush()
    session.execute(text("ANALYZE"))
    plan = plan_of(
        session, chosen_people(PeopleFilter(group=group.uuid, lacks=(Lack.VALID_PHONE,)), EVERYTHING)
    )
    assert "ix_tbl_beneficiaries_pii_no_valid_phone" in plan, plan


def test_a_part_of_a_groups_name_is_found_by_its_index(session: Session) -> None:
    for number in range(300):
        add_group(session, f"Tailors of ward {number}")
    session.flush()
    session.execute(text("ANALYZE tbl_beneficiaries_group"))
    plan = plan_of(session, chosen_groups(GroupFilter(q="ward 299"), EVERYTHING))
    assert "ix_tbl_beneficiaries_group_name" in plan, plan
