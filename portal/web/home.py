"""The front door, and the theme of this browser."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from portal.web.access import current_person, public
from portal.web.detours import detour_of
from portal.web.htmx import see_other
from portal.web.nav import nav_items
from portal.web.paths import own_path

bp = Blueprint("home", __name__)

YEAR = 31_536_000
THEMES = ("light", "dark", "auto")


@bp.get("/")
@public
def show_home() -> Response:
    """Leads to the work: the first place in the person's menu, or to signing in."""
    if not current_user.is_authenticated:
        return see_other(url_for("auth.sign_in"))
    if detour := detour_of(current_person()):
        return see_other(detour.address())
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


def _where_from() -> str:
    """The page the person came from, if it is one of ours."""
    parts = urlsplit(request.referrer or "")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return (own_path(path) if parts.netloc == request.host else None) or url_for("home.show_home")
