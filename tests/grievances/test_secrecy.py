"""Whoever may not read sensitive grievances learns from nothing that there is one.

Everything that somebody with wide rights can look at is looked at twice: before a sensitive case is planted beside all
that they know, and after. Nothing may differ. Who may read such cases is the control: for them much differs.
"""

import datetime as dt
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from portal.core.abilities import Rule
from portal.grievances.models import Grievance, GrievanceEvent, GrievanceWatcher
from portal.grievances.operations.escalating import escalate
from portal.messages.models import Message
from portal.users.models import User
from portal.users.roles import MANAGER, SYSTEM_ROLES
from tests.access.matrix import OWN
from tests.access.world import World, make_world
from tests.factories import add_user_with, enter_as
from tests.grievances.cases import category_named

CANARY = "Zephyrine"
OTHERS = [
    Rule(action, subject)
    for subject, actions in {
        "Grievance": "create update import",
        "BeneficiaryPii": "erase",
        "Transaction": "approve",
        "SignUp": "read",
        "Setting": "read",
    }.items()
    for action in actions.split()
]
WIDE = [*SYSTEM_ROLES[MANAGER], *OTHERS]
"""A manager who looks after cases as well, but for the sensitive ones."""
LISTS = [
    *(f"?q={words}" for words in (CANARY, "98765", "money")),
    *(f"?sort={sort}" for sort in ("-due", "-created", "created")),
    *(f"?clock={clock}" for clock in ("breached", "at-risk", "waiting")),
    *(f"?who={who}" for who in ("me", "nobody", "watched")),
    "?priority=URGENT",
    "?status=NEW&status=UNDER_REVIEW",
    "?count=further",
]
NOT_LOOKED_AT = {"assets.read_asset", "health.ready", "maps.read_shapes", "home.show_home"}
"""Nothing of these comes out of the tables."""
VARYING = re.compile(
    r'(?:name="(?:csrf_token|once|key|ticket)"[^>]*?value="|once=)[^"&]*|[0-9a-f]{16}(?=</)|<time.*?</time>'
)
"""Drawn anew, or told by the clock."""


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """A record of everything that has an address."""
    return make_world(app, session)


def plant(session: Session, world: World, officer: User) -> Grievance:
    """A sensitive case about all that the officer knows, watched by them, overdue since long, with a story."""
    known = session.scalars(
        select(Grievance).where(Grievance.uuid == world.records["grievances", True]["uuid"])
    ).one()
    case = Grievance(
        title=f"{CANARY} took money",
        description=f"{CANARY} took money from my sister.",
        reported_by=f"{CANARY} Rai",
        reporter_contact="+9779800098765",
        reporter_user_id=known.reporter_user_id,
        type=known.type,
        project_id=known.project_id,
        transaction_id=world.records["transactions", True]["uuid"],
        beneficiary_id=world.records["beneficiaries", True]["uuid"],
        vendor_id=world.records["vendors", True]["uuid"],
        category_id=category_named(session, "Fraud or corruption").uuid,
        priority="URGENT",
        is_sensitive=True,
        assignee_id=officer.id,
        follows=known.uuid,
        created_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=20),
    )
    session.add(case)
    session.flush()
    session.add(GrievanceWatcher(grievance_id=case.uuid, user_id=officer.id))
    session.add(GrievanceEvent(grievance_id=case.uuid, kind="NOTE", body=f"{CANARY} again"))
    session.commit()
    return case


def addresses(app: Flask, world: World) -> Iterator[str]:
    """Every page there is, of the records of the world; the list, the board and what narrows like them, each way."""
    routes: list[Route] = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    bound = app.url_map.bind("localhost")
    for rule in sorted(routes, key=lambda rule: rule.rule):
        if rule.endpoint in NOT_LOOKED_AT:
            continue
        yield bound.build(rule.endpoint, world.values(rule, OWN), method="GET")
    project = world.records["projects", True]["uuid"]
    for path in ("/grievances", "/grievances/board", "/grievances/export", "/grievances/actions/new"):
        yield from (path + query for query in LISTS)
        yield f"{path}?project={project}"
        yield f"{path}?beneficiary={world.records['beneficiaries', True]['uuid']}"
        yield f"{path}?vendor={world.records['vendors', True]['uuid']}"
    yield f"/grievances/new?project={project}&title={CANARY}"


def looked_at(client: FlaskClient, paths: list[str]) -> dict[str, tuple[int, str]]:
    """What each of them answers, without what is new each time."""
    return {path: seen(client.get(path, buffered=True)) for path in paths}


def seen(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, VARYING.sub("", answer.get_data(as_text=True))


def difference(one: tuple[int, str], other: tuple[int, str]) -> list[str]:
    """The lines in which two answers differ, the first few."""
    lines = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    return [str(one[0]), str(other[0]), *(f"{a} -> {b}" for a, b in lines if a != b)][:4]


def exported(client: FlaskClient) -> dict[str, tuple[int, str]]:
    """What leaves as a file: the list, and a dry run over all of it."""
    data = {"format": "csv", "columns": ["code", "title", "reporter"], "purpose": "Reporting"}
    file = client.post("/grievances/export", data=data, buffered=True)
    page = client.post("/grievances/actions/new", data={"kind": "PRIORITY", "priority": "LOW"}).location
    return {
        "file": (file.status_code, file.text),
        "dry run": (200, re.sub(r"[0-9a-f-]{36}", "", seen(client.get(str(page)))[1])),
    }


def test_C4_who_may_not_read_sensitive_cases_never_learns_that_there_is_one(
    app: Flask, session: Session, world: World
) -> None:
    officer = add_user_with(session, "wide", None, WIDE)
    client = enter_as(app.test_client(), session, officer)
    paths = list(addresses(app, world))
    exported(client)  # what is remembered of somebody's ways, such as purposes, is there from now on
    before = looked_at(client, paths) | exported(client)
    case = plant(session, world, officer)
    after = looked_at(client, paths) | exported(client)
    assert {
        path: difference(before[path], after[path]) for path in before if before[path] != after[path]
    } == {}
    telling = [path for path, (_status, text) in after.items() if case.code in text or str(case.uuid) in text]
    assert telling == []
    assert [path for path, (_s, text) in after.items() if CANARY in text and CANARY not in path] == []
    assert sum(status == 200 for status, _text in after.values()) > 100


def test_C4_the_control_who_may_read_them_finds_it_everywhere(
    app: Flask, session: Session, world: World
) -> None:
    chief = add_user_with(session, "chief", None, [*WIDE, Rule("read", "SensitiveGrievance")])
    client = enter_as(app.test_client(), session, chief)
    paths = [path for path in addresses(app, world) if path.startswith("/grievances")]
    exported(client)
    before = looked_at(client, paths) | exported(client)
    plant(session, world, chief)
    after = looked_at(client, paths) | exported(client)
    differing = {path for path in before if before[path] != after[path]}
    assert {"/grievances", "/grievances/board", f"/grievances?q={CANARY}", "file", "dry run"} <= differing
    assert {"/grievances?who=me", "/grievances?who=watched", "/grievances?clock=breached"} <= differing


def test_C3_a_sensitive_case_answers_as_one_that_there_is_not(
    app: Flask, session: Session, world: World
) -> None:
    officer = add_user_with(session, "wide", None, WIDE)
    client = enter_as(app.test_client(), session, officer)
    case, nothing = plant(session, world, officer), uuid4()
    names = {"uuid": None, "file_uuid": uuid4(), "user_uuid": uuid4()}
    asked = 0
    for rule in app.url_map.iter_rules():
        if (
            not rule.endpoint.startswith("grievances.")
            or rule.arguments - set(names)
            or "uuid" not in rule.arguments
        ):
            continue
        if "settings" in rule.rule:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answers = []
            for uuid in (case.uuid, nothing):
                values = {name: names[name] or uuid for name in rule.arguments}
                path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
                status, text = seen(client.open(path, method=method, buffered=True))
                answers.append((status, text.replace(str(uuid), "")))
            assert answers[0] == answers[1], (method, rule.rule)
            assert answers[0][0] == 404, (method, rule.rule)
            asked += 1
    assert asked > 20


def test_C4_no_message_tells_them_of_one_either(session: Session, world: World) -> None:
    officer = add_user_with(session, "wide", None, WIDE)
    plant(session, world, officer)
    escalate(session)
    told = select(func.count()).select_from(Message).where(Message.user_id == officer.id)
    assert session.scalar(told) == 0
