"""Limits on how often: a page that may be asked for only so many times in a while says so with 429.

    SIGN_IN_MOST, SIGN_IN_SECONDS = 30, 900
    rates.take("sign-in", rates.address(), SIGN_IN_MOST, SIGN_IN_SECONDS)

Each time is counted and committed at once, on a connection of its own, so that what the view then does or
fails to do changes nothing about it. Call it before the view's own work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import abort, current_app, request
from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.rates import Tally, count_one, uncount_one
from portal.core.secrets import keyed_hash
from portal.web.errors import error_page

IPV6_PREFIX = 64
"""One connection to the internet has that many leading bits of an IPv6 address to itself."""


def take(name: str, who: str, most: int, seconds: int) -> None:
    """Count `name` once more for `who`, and answer 429 with Retry-After above `most` times in `seconds`.

    `who` is stored as a keyed hash only. The stretch of time begins with the first time that is counted; times
    that were refused count as well, but do not make it longer.
    """
    tally = _count(name, who, seconds)
    if tally.count > most:
        _refuse(tally.seconds_left)


def within(name: str, who: str, most: int, seconds: int) -> bool:
    """The same for what is left out above the limit while the page goes on: whether it may be done once more."""
    return _count(name, who, seconds).count <= most


def give_back(name: str, who: str) -> None:
    """Take one time back, where what came of it shall not count: somebody signed in, say."""
    with _own_transaction() as session:
        uncount_one(session, name, _hashed(name, who))


def address() -> str:
    """Where on the network this request comes from; of an IPv6 address the part that names the connection."""
    said = request.remote_addr or ""
    try:
        found = ip_address(said)
    except ValueError:
        return said
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((found.packed, IPV6_PREFIX), strict=False))
    return said


def _count(name: str, who: str, seconds: int) -> Tally:
    with _own_transaction() as session:
        return count_one(session, name, _hashed(name, who), seconds)


def _hashed(name: str, who: str) -> bytes:
    return keyed_hash(str(current_app.config["SECRET_KEY"]), f"rates {name}", who)


@contextmanager
def _own_transaction() -> Iterator[Session]:
    with Session(db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
        yield session


def _refuse(seconds: int) -> None:
    minutes = -(-seconds // 60)
    said = ngettext("Try again in a minute.", "Try again in %(num)s minutes.", minutes)
    response = error_page(429, said)
    response.headers["Retry-After"] = str(seconds)
    abort(response)
