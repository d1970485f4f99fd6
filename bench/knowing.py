"""What it costs to know who asks and what they may do: one statement for each request."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from functools import partial
from typing import Any

from bench.figures import Report
from bench.ground import Ground
from bench.statements import portal_on

ROLES = ("Admin", "Manager")
"""One rule, and the most rules of the roles that come with the portal."""
NEARLY_NOTHING = "/sign-in/second-factor"
"""A page that answers a person and a stranger with a redirect, and a person after asking who they are."""
BATCH = 20
"""What is so short is done so many times for one measurement."""

ACCOUNT = """SELECT min(a.id) FROM tbl_auth a JOIN tbl_users_roles u ON u."userId" = a."userId"
JOIN tbl_auth_roles r ON r.id = u."roleId" WHERE r.name = :role"""


def measure_knowing(report: Report, ground: Ground) -> None:
    """The statement as the driver sends it, then with what the program makes of its answer, then a request with a
    person less one with a stranger. Each in a transaction of its own, as in use: it begins with this statement."""
    with portal_on(ground) as app, _sessions() as tokens, app.extensions["portal_pool"].connection() as raw:
        from portal.auth.queries.people import find_person
        from portal.core.db import db

        raw.autocommit = True
        session = db.session()
        sql, values = _sent(partial(find_person, session, tokens[ROLES[0]], "bench"))
        things: dict[str, Callable[[], object]] = {"stranger": _request(app.test_client())}
        for role, token in tokens.items():
            asked = _for_another(values, tokens[ROLES[0]], token)
            things[f"{role}: statement"] = partial(_ask, raw, sql, asked)
            things[f"{role}: person"] = partial(_find, session, partial(find_person, session, token, "bench"))
            things[f"{role}: request"] = _request(browser_with(app, token))
        took = {
            name: ms / BATCH
            for name, ms in report.in_turns({name: _times(one) for name, one in things.items()}).items()
        }
        report.heading("Knowing who asks, for each request")
        for role in tokens:
            report.figure(f"{role}: the one statement", took[f"{role}: statement"], "ms")
            report.figure(
                f"{role}: with its transaction and what is made of it", took[f"{role}: person"], "ms"
            )
            report.figure(
                f"{role}: a request, less a stranger's", took[f"{role}: request"] - took["stranger"], "ms"
            )
        raw.autocommit = False


@contextmanager
def _sessions() -> Iterator[dict[str, str]]:
    """Role → the token of a session of somebody who holds it; the sessions are ended afterwards."""
    from sqlalchemy import text

    from portal.core.db import db

    accounts = {role: db.session.execute(text(ACCOUNT), {"role": role}).scalar_one() for role in ROLES}
    with sessions_of(accounts) as tokens:
        yield tokens


@contextmanager
def sessions_of(accounts: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """Name → the token of a session of the account with that id; the sessions are ended afterwards."""
    from sqlalchemy import text

    from portal.auth.operations.sessions import Visit, start_session
    from portal.core.db import db

    session = db.session()
    tokens = {
        name: start_session(session, auth_id, Visit(None, "bench")) for name, auth_id in accounts.items()
    }
    session.commit()
    try:
        yield tokens
    finally:
        session.execute(text("""DELETE FROM tbl_auth_sessions WHERE "userAgent" = 'bench'"""))
        session.commit()


@contextmanager
def signed_in(app: Any) -> Iterator[Any]:
    """A browser in this process, in which an administrator is signed in until the block ends."""
    with _sessions() as tokens:
        yield alone(browser_with(app, tokens[ROLES[0]]))


def alone(client: Any) -> Any:
    """A browser that asks in a context of its own each time, as on a server: else the person of the request before is
    still known."""
    return _Alone(client)


class _Alone:
    def __init__(self, client: Any) -> None:
        self._client = client

    def get(self, address: str) -> Any:
        return Context().run(self._client.get, address)


def _sent(thing: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    """The first statement that it sends, with its values, as the driver gets them."""
    from sqlalchemy import event

    from portal.core.db import db

    sent: list[tuple[str, dict[str, Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: dict[str, Any], *_rest: Any) -> None:
        sent.append((statement, dict(values)))

    event.listen(db.engine, "before_cursor_execute", note)
    thing()
    event.remove(db.engine, "before_cursor_execute", note)
    return next(one for one in sent if "tokenHash" in one[0])


def _find(session: Any, find: Callable[[], object]) -> None:
    find()
    session.rollback()


def _for_another(values: dict[str, Any], token: str, other: str) -> dict[str, Any]:
    from portal.auth.queries.sessions import token_hash

    return {
        name: token_hash(other) if value == token_hash(token) else value for name, value in values.items()
    }


def browser_with(app: Any, token: str) -> Any:
    """A browser of this process in which a session is begun."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def _request(client: Any) -> Callable[[], object]:
    """Ask in a context of its own, as on a server: else the person of the request before is still known."""
    return lambda: Context().run(client.get, NEARLY_NOTHING)


def _ask(connection: Any, sql: str, values: dict[str, Any]) -> None:
    connection.execute(sql, values).fetchall()


def _times(thing: Callable[[], object]) -> Callable[[], None]:
    def batch() -> None:
        for _ in range(BATCH):
            thing()

    return batch
