"""Where people are sent before they get to where they wanted: to sign in, or to what has to be done first."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, url_for

from portal.core.person import Person
from portal.web.errors import error_page
from portal.web.paths import own_path


@dataclass(frozen=True)
class Detour:
    """What a person has to do before anything else: the page for it, and all the routes that are `open` to them
    until it is done."""

    endpoint: str
    open: frozenset[str]
    leads_on: bool = False
    """Whether the page goes on to where they wanted to go."""

    def address(self, after: str = "") -> str:
        """Its page, which leads on to `after` if it leads on at all."""
        return _leading_on(self.endpoint, after) if self.leads_on else url_for(self.endpoint)


SHOW_SECOND_FACTOR = Detour(
    "auth.enter_second_factor",
    frozenset({"auth.enter_second_factor", "auth.enter_recovery_code"}),
    leads_on=True,
)
CHANGE_PASSWORD = Detour("auth.change_password", frozenset({"auth.change_password"}))
SET_UP_SECOND_FACTOR = Detour(
    "auth.set_up_second_factor", frozenset({"auth.set_up_second_factor", "auth.begin_second_factor"})
)


def detour_of(person: Person) -> Detour | None:
    """What the person has to do first: prove who they are, then their password, then what a role demands."""
    if person.must_show_second_factor:
        return SHOW_SECOND_FACTOR
    if person.must_change_password:
        return CHANGE_PASSWORD
    if person.must_set_up_second_factor:
        return SET_UP_SECOND_FACTOR
    return None


def send_first(detour: Detour) -> Response:
    """Send the person to what has to be done first, whatever they asked for."""
    return _send_to(detour.address(_wanted()))


def ask_to_sign_in() -> Response:
    """Send a stranger to the sign-in page; what they wanted to change is refused, since it cannot be kept."""
    if request.method in ("GET", "HEAD") or _is_fragment():
        return _send_to(_leading_on("auth.sign_in", _wanted()))
    return error_page(401)


def _is_fragment() -> bool:
    return request.headers.get("HX-Request") == "true"


def _wanted() -> str:
    """The page that the person wants to see or is looking at; nothing where they wanted to change something."""
    if _is_fragment():
        return _page_of_fragment()
    return request.full_path.removesuffix("?") if request.method in ("GET", "HEAD") else ""


def _page_of_fragment() -> str:
    """The address in the browser's bar while htmx asked for a part of that page."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    return address._replace(scheme="", netloc="", fragment="").geturl()


def _send_to(url: str) -> Response:
    """To another page; htmx is told so that the whole page goes there."""
    if not _is_fragment():
        return make_response(redirect(url, code=303))
    response = make_response("", 401)
    response.headers["HX-Redirect"] = url
    return response


def _leading_on(endpoint: str, after: str) -> str:
    """A page that leads on to `after`, unless that is the front door or another site."""
    path = own_path(after)
    return url_for(endpoint, next=path if path != "/" else None)
