"""Who may call which route, and see which record.

Each view says so itself, below its route:

    @bp.get("/beneficiaries")
    @requires("read", "Beneficiary")
    def list_beneficiaries() -> Response: ...

A view without a mark answers 403 to everybody. A mark asks whether the person may do this to some record at
all; which records those are is asked again where they are loaded, by `load` and `Ability.accessible`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request
from flask_login import current_user
from sqlalchemy import Select

from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.person import Person
from portal.web.deeds import note_denied
from portal.web.detours import ask_to_sign_in, detour_of, send_first
from portal.web.errors import error_page
from portal.web.sessions import keep_alive, keep_token_new

View = TypeVar("View", bound=Callable[..., Any])
Record = TypeVar("Record")


@dataclass(frozen=True)
class Mark:
    """What a route asks of the person who calls it: a permission, only to be signed in, or nothing."""

    action: str | None = None
    subject: str | None = None
    public: bool = False


def requires(action: str, subject: str) -> Callable[[View], View]:
    """Mark a view: only for those who may do `action` to at least some `subject`."""
    return _marker(Mark(action, subject))


def public(view: View) -> View:
    """Mark a view: for everybody, signed in or not."""
    return _marker(Mark(public=True))(view)


def signed_in(view: View) -> View:
    """Mark a view: for every signed-in person, since it shows and changes only what is their own."""
    return _marker(Mark())(view)


def _marker(mark: Mark) -> Callable[[View], View]:
    def put(view: View) -> View:
        view.__dict__["access"] = mark
        return view

    return put


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """The mark of an endpoint's view; None when it has none and is therefore closed."""
    mark = getattr(app.view_functions.get(endpoint), "access", None)
    return mark if isinstance(mark, Mark) else None


def current_person() -> Person:
    """The signed-in person. Only for views that are not public: there is always one there."""
    person: Person = current_user._get_current_object()
    if not isinstance(person, Person):
        raise TypeError("nobody is signed in: is this view public?")
    return person


def current_ability() -> Ability:
    """What the person of this request may do; nothing where nobody is signed in."""
    return current_user.ability if current_user.is_authenticated else Ability(())


def load(statement: Select[Record], action: str, model: type[Record]) -> Record:
    """The one record that `statement` finds, if the person may do `action` to it.

    Raises NotFound both where there is none and where there is one they may not see, so that nobody learns
    which of the two it was.
    """
    found: Record | None = db.session.scalars(
        current_ability().accessible(statement, action, model)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def authorise(action: str, subject: Any, row: Any = None) -> None:
    """Go on only if the person may do `action` to a record they can see; else answer 403 with the reason."""
    ability = current_ability()
    if not ability.can(action, subject, row):
        name = subject if isinstance(subject, str) else type(subject).__name__
        abort(_deny(action, name, ability.why_not(action, subject, row)))


def _deny(action: str | None, subject: str | None, reason: str | None = None) -> Response:
    """The page that refuses; that somebody was refused is on record."""
    note_denied(action, subject)
    return error_page(403, reason)


def _guard() -> Response | None:
    """Before every view: let pass, send to sign in, or refuse."""
    if request.endpoint is None:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        return error_page(403)
    if mark.public:
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    keep_alive(current_person())
    keep_token_new(current_person())
    detour = detour_of(current_person())
    if detour is not None:
        return None if request.endpoint in detour.open else send_first(detour)
    if mark.action is not None and not current_ability().can(mark.action, mark.subject):
        return _deny(mark.action, mark.subject, current_ability().why_not(mark.action, mark.subject))
    return None


def init_access(app: Flask) -> None:
    """Close every route that does not say for whom it is open."""
    app.before_request(_guard)
