"""The front door, and how pages look and speak: theme and language."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from portal.core.person import Person
from portal.web.access import current_person, public
from portal.web.detours import detour_of
from portal.web.htmx import see_other
from portal.web.language import choose, known
from portal.web.nav import nav_items
from portal.web.paths import own_path
from portal.web.sessions import keep_language

bp = Blueprint("home", __name__)

YEAR = 31_536_000
_homes: list[Callable[[Person], str | None]] = []
THEMES = ("light", "dark", "auto")


def offer_home(address: Callable[[Person], str | None]) -> None:
    """Let a module say where the work of some people begins: an address, or None for all others."""
    _homes.append(address)


@bp.get("/")
@public
def show_home() -> Response:
    """Leads to the work: a place of their own, the first place in the person's menu, or to signing in."""
    if not current_user.is_authenticated:
        return see_other(url_for("auth.sign_in"))
    if detour := detour_of(current_person()):
        return see_other(detour.address())
    for address in _homes:
        if own := address(current_person()):
            return see_other(own)
    places = [place for group in nav_items() for place in group.places]
    return see_other(places[0].url if places else url_for("auth.list_sessions"))


@bp.post("/theme")
@public
def set_theme() -> Response:
    """Remember light, dark or the device's own look in this browser, and go back to where one was."""
    chosen = request.form.get("theme", "auto")
    response = see_other(_where_from())
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


@bp.post("/language")
@public
def set_language() -> Response:
    """Remember in which language pages are written: in this browser, and with the person whose session is open."""
    chosen = known(request.form.get("language"))
    if chosen:
        if current_user.is_authenticated and detour_of(current_person()) is None:
            keep_language(current_person(), chosen)
        choose(chosen)
    return see_other(_where_from())


def _where_from() -> str:
    """The page the person came from, if it is one of ours and can be looked at: it said so itself where its address
    is not for telling, else the browser did."""
    said = urlsplit(request.referrer or "")
    referrer = said.path + (f"?{said.query}" if said.query else "") if said.netloc == request.host else None
    for wanted in (request.form.get("back"), referrer):
        path = own_path(wanted)
        if path and _can_be_looked_at(path):
            return path
    return url_for("home.show_home")


def _can_be_looked_at(path: str) -> bool:
    """Whether there is a page at this address, and not only a place that forms are sent to."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(urlsplit(path).path, method="GET")
