"""What somebody may not see, and what there is not, are the same answer, byte for byte.

Walks the cells of the matrix that say `hidden`: a record that somebody else may see, and then one that nobody ever
made, asked for in the same way by the same person.
"""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from tests.access.asking import ask, browser, routes
from tests.access.matrix import COLUMNS, read_matrix
from tests.access.world import Values, World

pytestmark = pytest.mark.database

OF_A_REQUEST = re.compile(r'name="csrf_token"[^>]*>|data-token="[^"]*"')


def never_made(values: Values) -> Values:
    """The same places of an address, filled with what no record is called."""
    return {name: _other(value) for name, value in values.items()}


def _other(value: object) -> object:
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, int):
        return 2_000_000_000
    return value


def without_request(answer: TestResponse, values: Values) -> str:
    """What was answered but for what names this one request and the address that was asked for."""
    said = answer.text.replace(answer.headers["X-Request-Id"], "")
    for value in values.values():
        said = re.sub(
            rf"/{re.escape(str(value))}(?![\w-])", "/", said
        )  # a whole one: uuids begin with any figure
    return OF_A_REQUEST.sub("", said)


def has_record(rule: Rule, values: Values) -> bool:
    """Whether the address names a record at all."""
    return any(isinstance(values[name], UUID | int) for name in rule.arguments)


def test_C3_what_is_hidden_answers_byte_for_byte_as_what_does_not_exist(
    app: Flask, session: Session, world: World
) -> None:
    matrix = read_matrix()
    differing, seen = [], set()
    for (method, endpoint), rules in sorted(routes(app).items()):
        for rule in rules:
            for column in COLUMNS:
                values = world.values(rule, column)
                if matrix[method, endpoint][column] != "hidden" or not has_record(rule, values):
                    continue
                answers = [
                    (answer.status_code, without_request(answer, asked))
                    for asked in (values, never_made(values))
                    for answer in [ask(app, world, method, rule, column, asked)]
                ]
                seen.add(endpoint.partition(".")[0])
                if answers[0] != answers[1]:
                    differing.append(f"{method} {rule} as {column}")
    assert not differing, "\n".join(differing)
    assert seen >= {
        "auth", "beneficiaries", "bulk", "duplicates", "grievances", "groups", "imports", "jobs", "projects",
        "transactions", "vendors",
    }  # fmt: skip


@pytest.mark.parametrize("number", [2**31, 10**25])
def test_D10_a_number_that_no_record_can_have_is_not_found(
    app: Flask, session: Session, world: World, number: int
) -> None:
    asked = []
    for (method, endpoint), rules in sorted(routes(app).items()):
        for rule in rules:
            values = world.values(rule, "admin")
            higher = {name: number if type(value) is int else value for name, value in values.items()}
            try:
                answer = ask(app, world, method, rule, "admin", higher) if higher != values else None
            except BuildError:
                continue  # the address itself says how high it goes
            if answer is not None:
                asked.append(endpoint)
                assert answer.status_code in {200, 404, 409}, f"{method} {rule}: {answer.status_code}"
    assert {"staff.take_role", "staff.remove_project_staff", "users.show_role"} <= set(asked)


@pytest.mark.parametrize(
    "address", ["/users/{user}/roles/give?role={number}", "/roles/new?like={number}", "/users?role={number}"]
)
def test_D10_nor_does_one_that_stands_behind_the_address_break_the_page(
    app: Flask, session: Session, world: World, address: str
) -> None:
    user = world.records["staff", True]["uuid"]
    for number in (2**31, 10**25, -(10**25)):
        answer = browser(app, world, "admin").get(address.format(user=user, number=number))
        assert answer.status_code in {200, 404, 422}, number
