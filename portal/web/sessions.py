"""Who sends this request: the cookie, and the person behind it.

The cookie is Flask's signed session and holds two random values: the token of a session and the secret of the
forms. Who the person is stands in the database alone. `auth` says how to find the person of a token, since
the modules above are not known here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from portal.core.db import Actor, bind_actor, db, tell_actor
from portal.core.person import LANGUAGE, Person
from portal.core.unchanged import reads_as_of
from portal.web.language import speak_to

SECURE_NAME = "__Host-sid"
"""Browsers take a cookie of this name only over HTTPS, for this host and the whole of it."""
PLAIN_NAME = "sid"


@dataclass(frozen=True)
class PersonStore:
    """How sessions are kept: `find` gives a token's person (and names the request to the audit log), `touch`
    notes that they are here, `renew` gives their session another token, or None where somebody else did, and `prefer`
    keeps one of their choices by its name, given the person's id."""

    find: Callable[[Session, str, str], Person | None]
    touch: Callable[[Session, Person], None]
    renew: Callable[[Session, Person], str | None]
    prefer: Callable[[Session, int, str, Any], None]


def is_loopback(host: str) -> bool:
    """Whether a host, as a browser names it and with or without a port, is this very machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False


def needs_https() -> bool:
    """Whether the browser would not keep our cookie: plain HTTP from another machine, and not allowed so."""
    return not (
        request.is_secure or is_loopback(request.host) or current_app.config.get("PORTAL_INSECURE_HTTP")
    )


class PortalCookie(SecureCookieSessionInterface):
    """A cookie bound to the host and to HTTPS; a plain one only where HTTPS cannot be had.

    That is a trial run on one's own machine over plain HTTP, or where PORTAL_INSECURE_HTTP says so.
    """

    def get_cookie_name(self, app: Flask) -> str:
        return SECURE_NAME if self.get_cookie_secure(app) else PLAIN_NAME

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or needs_https()

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_cookie_path(self, app: Flask) -> str:
        return "/"

    def get_cookie_domain(self, app: Flask) -> None:
        return None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Not for a request that came late: its cookie holds the token that was replaced meanwhile, and would
        push the new one out of the browser."""
        if not g.get("came_late"):
            super().save_session(app, session, response)


def sign_person_in(person: Person) -> None:
    """Make the rest of this browser's requests the person's. The forms' secret is made anew as well."""
    session.clear()
    _hold(person)
    _act_as(person)
    speak_to(person)


def sign_person_out() -> None:
    """Forget the person in this browser."""
    logout_user()
    session.clear()
    g.came_late = False


def _hold(person: Person) -> None:
    """Put the person's token into the cookie."""
    login_user(person)
    # Flask-Login's own marks say nothing we use, and one is made from the address and the browser.
    session.pop("_id", None)
    session.pop("_fresh", None)
    g.came_late = False


def keep_alive(person: Person) -> None:
    """Note that the person is here, if that was last noted a while ago. Commits, before the view begins."""
    if person.seen_long_ago:
        _store().touch(db.session(), person)
        db.session.commit()


def keep_token_new(person: Person) -> None:
    """Give the session another token when what the person may do has changed since it got the one it has.

    The forms' secret stays, so that what is being typed can still be sent. Commits, before the view begins.
    """
    if not person.gained_or_lost:
        return
    token = _store().renew(db.session(), person)
    db.session.commit()
    if token is None:
        g.came_late = True
    else:
        _hold(replace(person, token=token, gained_or_lost=False))


def keep_language(person: Person, language: str) -> None:
    """Keep with the person in which language pages are written for them. Commits."""
    _store().prefer(db.session(), person.id, LANGUAGE, language)
    db.session.commit()


def _store() -> PersonStore:
    store: PersonStore = current_app.extensions["portal_people"]
    return store


def _find(token: Any) -> Person | None:
    """The person of the cookie's token. The statement that finds them also names them to the audit log."""
    if not isinstance(token, str):
        return None
    bind_actor(None)
    person = _store().find(db.session(), token, g.request_id)
    if request.method not in {"GET", "HEAD"}:
        reads_as_of(db.session(), None)  # what this request writes is not in the state it began with
    if person is None:
        nobody = Actor(None, g.request_id)
        bind_actor(nobody)
        tell_actor(db.session(), nobody)
    else:
        bind_actor(_as(person))
        g.came_late = person.came_late
        speak_to(person)
    return person


def _act_as(person: Person) -> None:
    actor = _as(person)
    bind_actor(actor)
    tell_actor(db.session(), actor)


def _as(person: Person) -> Actor:
    return Actor(person.uuid, g.request_id, person.uuid if person.only_vendor else None)


def _begin() -> None:
    bind_actor(Actor(None, g.request_id))


def _end(_error: BaseException | None) -> None:
    bind_actor(None)


def keep_people(app: Flask, store: PersonStore) -> None:
    """Say how the person behind a token is found."""
    app.extensions["portal_people"] = store


def init_sessions(app: Flask) -> None:
    """Give the app its cookie and its idea of who is there."""
    app.session_interface = PortalCookie()
    login = LoginManager()
    login.session_protection = None
    login.user_loader(_find)
    # Not by `init_app`: it would look for a person on every page, and read the session on every answer, which
    # makes each browser file vary by cookie.
    # Flask-Login looks for itself there, and Flask's types do not know of it.
    app.login_manager = login  # type: ignore[attr-defined]
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(_begin)
    app.teardown_request(_end)
