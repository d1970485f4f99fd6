"""Large groups: who falls short, and names of many groups, are found by their indexes."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import Lack, PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.core.abilities import Ability, Rule
from portal.core.enums import GroupPurpose
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


MANY = """
WITH people AS (INSERT INTO tbl_beneficiaries ("walletAddress") SELECT 'w' || n FROM generate_series(1, 10010) n
    RETURNING id, uuid),
known AS (INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone)
    SELECT id, 'Sita', 'none:' || uuid FROM people)
INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId") SELECT :group, uuid FROM people
"""


def test_of_very_many_members_some_are_looked_at_for_a_bank_account_and_all_on_demand(
    session: Session, manager: FlaskClient
) -> None:
    group = add_group(session, "Everybody", group_purpose=GroupPurpose.BANK_TRANSFER)
    session.execute(text(MANY), {"group": group.uuid})
    session.execute(text("ANALYZE"))  # what was planned while these rows were nobody's takes them for none
    session.commit()
    url = f"/groups/{group.uuid}/readiness"
    assert "10,000 of the first 10,000 members are without it. The group has 10,010." in manager.get(url).text
    assert f"{url}?count=further" in manager.get(url).text
    assert "10,010 of 10,010 members are without it." in manager.get(f"{url}?count=further").text
    group.group_purpose = GroupPurpose.MOBILE_MONEY
    session.commit()
    assert "10,010 of 10,010 members are without it." in manager.get(url).text


def test_a_part_of_a_groups_name_is_found_by_its_index(session: Session) -> None:
    for number in range(300):
        add_group(session, f"Tailors of ward {number}")
    session.flush()
    session.execute(text("ANALYZE tbl_beneficiaries_group"))
    plan = plan_of(session, chosen_groups(GroupFilter(q="ward 299"), EVERYTHING))
    assert "ix_tbl_beneficiaries_group_name" in plan, plan
