"""Who may give what: nobody grants what they lack, changes their own roles, or removes the last administrator."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.abilities.granting import uncovered
from portal.core.errors import Refusal
from portal.users.models import Role, User
from portal.users.operations.assignments import assign_role, remove_role
from portal.users.operations.granting import (
    check_may_grant,
    check_may_take,
    check_may_write,
    keep_an_admin,
)
from portal.users.roles import ADMIN
from tests.auth.phones import code_of, give_phone
from tests.factories import add_user_with, enter_as
from tests.users.role_forms import edit, errors_in, role_called, rules_in, typed

pytestmark = pytest.mark.database

READ, EXPORT = Rule("read", "Beneficiary"), Rule("export", "Beneficiary")
ADULTS = {"age": {"$gte": 18}}
NOT_ADULTS = Rule("read", "Beneficiary", True, ADULTS)
NORTH, SOUTH = str(uuid4()), str(uuid4())
KEEPER = [Rule(action, "Role") for action in ("read", "create", "update", "delete")]
"""May look after roles, and nothing else."""


def within(rule: Rule, *projects: str) -> Rule:
    return Rule(rule.action, rule.subject, rule.inverted, rule.conditions, rule.reason, projects)


@pytest.mark.parametrize(
    ("own", "given", "projects", "covered"),
    [
        ([READ], [READ], None, True),
        ([], [READ], None, False),
        ([EXPORT], [READ], None, False),
        ([Rule("manage", "all")], [READ, Rule("manage", "Project")], None, True),
        ([Rule("manage", "Beneficiary")], [READ, EXPORT], None, True),
        ([Rule("read", "all")], [READ], None, True),
        ([READ, EXPORT], [Rule("manage", "Beneficiary")], None, False),
        ([Rule("manage", "Beneficiary")], [Rule("manage", "all")], None, False),
        ([READ], [Rule("read", "Beneficiary", conditions=ADULTS)], None, True),
        ([Rule("read", "Beneficiary", conditions=ADULTS)], [READ], None, False),
        (
            [Rule("read", "Beneficiary", conditions=ADULTS)],
            [Rule("read", "Beneficiary", conditions=ADULTS)],
            None,
            True,
        ),
        (
            [Rule("read", "Beneficiary", conditions={"age": 5})],
            [Rule("read", "Beneficiary", conditions=ADULTS)],
            None,
            False,
        ),
        ([READ, NOT_ADULTS], [READ], None, False),
        ([READ, NOT_ADULTS], [READ, NOT_ADULTS], None, True),
        ([READ, NOT_ADULTS], [NOT_ADULTS, READ], None, False),
        ([NOT_ADULTS, READ], [READ], None, True),
        ([Rule("manage", "all"), Rule("delete", "Role", True)], [READ], None, True),
        ([Rule("manage", "all"), Rule("delete", "Role", True)], [Rule("delete", "Role")], None, False),
        ([Rule("manage", "all"), Rule("delete", "Role", True)], [Rule("manage", "all")], None, False),
        ([within(READ, NORTH)], [READ], None, False),
        ([within(READ, NORTH)], [READ], [NORTH], True),
        ([within(READ, NORTH)], [READ], [NORTH, SOUTH], False),
        ([within(READ, NORTH, SOUTH)], [READ], [SOUTH], True),
        ([READ], [READ], [NORTH], True),
        ([], [Rule("read", "Beneficiary", True)], None, True),
        (
            [Rule("read", "Project", conditions={"uuid": {"$in": "${user.projects}"}})],
            [Rule("read", "Project", conditions={"uuid": {"$in": "${user.projects}"}})],
            [NORTH],
            False,
        ),
    ],
)
def test_C9_what_ones_own_rules_cover(
    own: Sequence[Rule], given: Sequence[Rule], projects: Sequence[str] | None, covered: bool
) -> None:
    assert (uncovered(own, given, projects) == []) is covered


def test_C9_covered_rules_never_allow_more_than_the_givers(session: Session) -> None:
    """Tried: for every pair of rule lists of a small world, covered means that no record is allowed anew."""
    from itertools import product

    from portal.beneficiaries.models import Beneficiary

    rows: list[dict[str, Any]] = [{"age": 5}, {"age": 40}]
    few = [
        READ,
        Rule("manage", "all"),
        EXPORT,
        NOT_ADULTS,
        Rule("read", "all", conditions=ADULTS),
        Rule("read", "all", True),
    ]
    lists = [list(one) for size in (1, 2) for one in product(few, repeat=size)]
    checked = 0
    for own, given in product(lists, lists):
        if uncovered(own, given):
            continue
        mine, theirs = Ability(own), Ability(given)
        for action, row in product(("read", "export", "delete"), rows):
            assert not theirs.can(action, Beneficiary, row) or mine.can(action, Beneficiary, row), (
                own,
                given,
            )
            checked += 1
    assert checked > 1_000


def test_C9_a_role_is_given_only_by_who_may_do_all_of_it(session: Session) -> None:
    add_user_with(session, "asha", None, [READ, NOT_ADULTS])
    role = role_called(session, "Role of asha")
    check_may_grant(Ability([READ]), role)
    check_may_grant(Ability([READ, NOT_ADULTS]), role)
    with pytest.raises(Refusal, match="read Beneficiary") as refusal:
        check_may_grant(Ability([EXPORT]), role)
    assert refusal.value.field == "role"


def test_C9_taking_a_role_that_forbids_is_giving_what_it_forbade(session: Session) -> None:
    add_user_with(session, "asha", None, [READ, NOT_ADULTS])
    role = role_called(session, "Role of asha")
    check_may_take(Ability([READ]), role)
    with pytest.raises(Refusal):
        check_may_take(Ability([READ, NOT_ADULTS]), role)


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        ([], [Rule("read", "Role")], True),
        ([], [READ], False),
        ([READ], [READ], True),
        ([READ], [READ, Rule("read", "Role")], True),
        ([READ, NOT_ADULTS], [READ, NOT_ADULTS, Rule("read", "Role")], True),
        ([READ, NOT_ADULTS], [NOT_ADULTS, READ], False),
        ([READ, NOT_ADULTS], [READ], False),
        ([READ], [READ, NOT_ADULTS], True),
        ([READ, EXPORT], [EXPORT, READ], True),
        ([READ], [], True),
        ([NOT_ADULTS], [], False),
        ([Rule("read", "Beneficiary", conditions=ADULTS)], [READ], False),
        ([READ], [Rule("read", "Beneficiary", reason="Said")], False),
    ],
)
def test_C9_rules_are_changed_only_to_what_the_writer_may_do(
    before: list[Rule], after: list[Rule], passes: bool
) -> None:
    """By somebody who may look after roles and nothing else: what stood may stay, nothing may come to be allowed."""
    if passes:
        check_may_write(Ability(KEEPER), "Clerk", before, after)
    else:
        with pytest.raises(Refusal):
            check_may_write(Ability(KEEPER), "Clerk", before, after)


def test_C9_a_page_grants_nothing_that_its_reader_lacks(session: Session, client: FlaskClient) -> None:
    enter_as(client, session, add_user_with(session, "keeper", None, [*KEEPER, READ]))
    for ticks in (["manage:all"], ["read:Beneficiary", "export:Beneficiary"], ["manage:Role"]):
        answer = client.post("/roles/new", data=typed("Sly", ticks))
        assert answer.status_code == 422
        assert any("you may not do that everywhere" in error for error in errors_in(answer.text))
    assert client.post("/roles/new", data=typed("Fair", ["read:Beneficiary"])).status_code == 303
    assert edit(client, session, "Fair", ticks=["read:Beneficiary", "read:User"]).status_code == 422
    assert edit(client, session, "Fair", ticks=["read:Beneficiary", "read:Role"]).status_code == 303
    assert edit(client, session, "Officer", ticks=["read:Beneficiary"]).status_code == 303
    assert edit(client, session, "Admin", ticks=[]).status_code == 422
    assert rules_in(session, ADMIN) == [Rule("manage", "all")]


def test_C9_nor_loosens_what_a_role_demands_or_caps(session: Session, client: FlaskClient) -> None:
    add_user_with(session, "asha", None, [READ])
    role = role_called(session, "Role of asha")
    role.demands_second_factor, role.export_limit = True, 10
    role.expiry = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
    session.commit()
    enter_as(client, session, add_user_with(session, "keeper", None, KEEPER))
    same = {"demands_second_factor": "y", "export_limit": "10", "expiry": "2031-01-01T00:00"}
    for looser in (
        {"demands_second_factor": ""},
        {"export_limit": ""},
        {"export_limit": "11"},
        {"expiry": ""},
    ):
        given = {name: value for name, value in {**same, **looser}.items() if value}
        answer = edit(client, session, "Role of asha", ticks=["read:Beneficiary"], **given)
        assert answer.status_code == 422, looser
    tighter = {**same, "export_limit": "9", "expiry": "2030-01-01T00:00"}
    assert edit(client, session, "Role of asha", ticks=["read:Beneficiary"], **tighter).status_code == 303


def test_C9_nobody_changes_or_deletes_a_role_they_hold(session: Session, client: FlaskClient) -> None:
    enter_as(client, session, add_user_with(session, "keeper", None, [*KEEPER, READ]))
    own = role_called(session, "Role of keeper").id
    for answer in (
        edit(client, session, "Role of keeper", ticks=["read:Role"]),
        client.post(f"/roles/{own}/delete"),
        client.post(
            f"/roles/{own}/delete", data={"take": "yes", "seen": str(held_id(session, "Role of keeper"))}
        ),
    ):
        assert answer.status_code == 422
        assert "You hold the role" in answer.text
    assert len(rules_in(session, "Role of keeper")) == 5


def test_C9_who_holds_a_role_may_let_it_demand_a_second_factor_and_nothing_else(
    session: Session, client: FlaskClient, admin: User
) -> None:
    everything = {"ticks": ["manage:all"]}
    demand = {"demands_second_factor": "y"}
    assert "You hold this role" in client.get(f"/roles/{role_called(session, 'Admin').id}/edit").text
    assert edit(client, session, "Admin", **everything).status_code == 422, "nothing changes"
    assert edit(client, session, "Admin", **everything, **demand, export_limit="5").status_code == 422
    assert edit(client, session, "Admin", ticks=["manage:all", "read:all"], **demand).status_code == 422
    assert edit(client, session, "Admin", called="Chiefs", **everything, **demand).status_code == 422
    assert not role_called(session, "Admin").demands_second_factor
    assert edit(client, session, "Admin", **everything, **demand).status_code == 303
    assert role_called(session, "Admin").demands_second_factor
    assert rules_in(session, "Admin") == [Rule("manage", "all")]
    assert client.get("/roles").location == "/account/second-factor/set-up"


def test_C9_who_holds_a_role_does_not_take_its_demand_back(
    session: Session, app: Flask, client: FlaskClient
) -> None:
    keeper = add_user_with(session, "keeper", None, [*KEEPER, READ])
    rules = rules_in(session, "Role of keeper")
    layout: dict[str, Any] = {"ticks": [f"{one.action}:{one.subject}" for one in rules], "export_limit": "7"}
    session.execute(update(Role).where(Role.name == "Role of keeper").values(export_limit=7))
    session.commit()
    enter_as(client, session, keeper)
    less = edit(
        client,
        session,
        "Role of keeper",
        **{**layout, "ticks": layout["ticks"][1:]},
        demands_second_factor="y",
    )
    assert "You hold the role" in less.text
    assert edit(client, session, "Role of keeper", **layout, demands_second_factor="y").status_code == 303
    give_phone(session, app, keeper)
    client.post("/sign-in/second-factor", data={"code": code_of()})
    assert edit(client, session, "Role of keeper", **layout).status_code == 422
    still = edit(
        client, session, "Role of keeper", **{**layout, "export_limit": "8"}, demands_second_factor="y"
    )
    assert "You hold the role" in still.text
    held = role_called(session, "Role of keeper")
    assert (held.demands_second_factor, held.export_limit) == (True, 7)


def held_id(session: Session, role: str) -> int:
    from portal.users.queries.roles import holders_of

    return holders_of(session, role_called(session, role))[0].id


def test_C9_an_administrator_does_not_change_the_administrators_role(
    session: Session, client: FlaskClient
) -> None:
    enter_as(client, session, add_user_with(session, "admin", "Admin"))
    assert edit(client, session, "Admin", ticks=["read:Role"]).status_code == 422
    assert rules_in(session, ADMIN) == [Rule("manage", "all")]
    assert edit(client, session, "Officer", ticks=["read:Role"]).status_code == 303


def test_C9_a_role_is_deleted_only_by_who_could_have_given_it(session: Session, client: FlaskClient) -> None:
    enter_as(client, session, add_user_with(session, "admin", "Admin"))
    client.post("/roles/new", data=typed("Exporter", ["export:Beneficiary"]))
    enter_as(client, session, add_user_with(session, "keeper", None, KEEPER))
    answer = client.post(f"/roles/{role_called(session, 'Exporter').id}/delete")
    assert answer.status_code == 422
    assert "export Beneficiary" in answer.text
    assert rules_in(session, "Exporter") == [EXPORT]


def only_admin(session: Session, *names: str) -> list[User]:
    """These are all the administrators there are."""
    return [add_user_with(session, name, ADMIN) for name in names]


def test_C9_the_last_administrator_cannot_be_removed_ended_or_limited(session: Session) -> None:
    [admin] = only_admin(session, "admin")
    friday = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    limits: list[dict[str, Any]] = [{"until": friday}, {"projects": [uuid4()]}]
    for limit in limits:
        with pytest.raises(Refusal, match="must stay an administrator"), session.begin_nested():
            assign_role(session, admin, ADMIN, **limit)
    with pytest.raises(Refusal, match="must stay an administrator"), session.begin_nested():
        remove_role(session, admin, ADMIN)
    keep_an_admin(session)
    add_user_with(session, "other", ADMIN)
    remove_role(session, admin, ADMIN)
    keep_an_admin(session)


def test_C9_nobody_is_an_administrator_for_good_while_the_role_itself_has_an_end(session: Session) -> None:
    only_admin(session, "admin")
    session.execute(
        update(Role).where(Role.name == ADMIN).values(expiry=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    )
    with pytest.raises(Refusal, match="must stay an administrator"):
        keep_an_admin(session)


@pytest.mark.parametrize("other", ["deleted", "ending", "limited"])
def test_C9_one_who_is_so_only_for_a_while_or_in_part_does_not_count(session: Session, other: str) -> None:
    admin, second = only_admin(session, "admin", "second")
    if other == "deleted":
        second.deleted_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    elif other == "ending":
        assign_role(session, second, ADMIN, until=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    else:
        assign_role(session, second, ADMIN, projects=[uuid4()])
    with pytest.raises(Refusal, match="must stay an administrator"):
        remove_role(session, admin, ADMIN)


def test_C6_a_changed_rule_bites_at_the_next_request(session: Session, client: FlaskClient) -> None:
    admin = add_user_with(session, "admin", "Admin")
    add_user_with(session, "asha", None, [READ])
    asha = client.application.test_client()
    from portal.users.queries.users import user_with_email

    user = user_with_email(session, "asha@example.org")
    assert user is not None
    enter_as(asha, session, user)
    enter_as(client, session, admin)
    assert asha.get("/beneficiaries").status_code == 200
    closed = Rule("read", "Beneficiary", True, None, "The lists rest until Monday.")
    assert edit(client, session, "Role of asha", ticks=["read:Beneficiary"], rows=[closed]).status_code == 303
    refused = asha.get("/beneficiaries")
    assert refused.status_code == 403
    assert "The lists rest until Monday." in refused.text
    assert edit(client, session, "Role of asha", ticks=["read:Beneficiary"]).status_code == 303
    assert asha.get("/beneficiaries").status_code == 200
    past = {"expiry": "2020-01-01T00:00"}
    assert edit(client, session, "Role of asha", ticks=["read:Beneficiary"], **past).status_code == 303
    assert asha.get("/beneficiaries").status_code == 303


def test_C5_a_reason_is_read_as_text_and_only_by_who_is_refused(
    session: Session, client: FlaskClient
) -> None:
    reason = "<b>No</b> & never"
    user = add_user_with(
        session, "asha", None, [READ, Rule("read", "Job", True, None, reason), Rule("read", "Role")]
    )
    enter_as(client, session, user)
    page = client.get("/jobs")
    assert page.status_code == 403
    assert "&lt;b&gt;No&lt;/b&gt; &amp; never" in page.text
    assert "never" not in client.get("/beneficiaries").text
    fragment = client.get("/jobs", headers={"HX-Request": "true"})
    assert "&lt;b&gt;No" in fragment.text
