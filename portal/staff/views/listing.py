"""The list of users: search, filter, sort, page; and signing everybody out."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext
from werkzeug.datastructures import MultiDict

from portal.auth.operations.sessions import end_everybodys_sessions
from portal.core.db import db
from portal.core.keyset import read_position
from portal.staff.forms import EVERYBODY, FilterForm
from portal.staff.queries.listing import NEWEST, SORTS, count_users, page_of_users
from portal.staff.queries.options import roles_to_choose
from portal.staff.views import bp
from portal.web.access import authorise, current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, query_of, sort_column

COLUMNS = {
    "name": _l("Name"),
    "reach": _l("E-mail and phone"),
    "roles": _l("Roles"),
    "last": _l("Last sign-in"),
    "state": _l("State"),
}


@bp.get("")
@requires("read", "User")
def list_users() -> Response:
    """A page of the users that the filter finds."""
    ability = current_ability()
    # Without a script a form sends all its fields; an empty one asks for nothing.
    form = FilterForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    form.offer(roles_to_choose(db.session(), ability))
    sort, query = SORTS.get(request.args.get("sort", ""), NEWEST), query_of(request.args)
    context: dict[str, Any] = {
        "form": form,
        "sort": sort.name if "sort" in query else "",
        "columns": list(_columns(query, sort.name)),
        "chips": list(_chips(form, query)),
        "everybody_url": here(query, state=EVERYBODY),
        "users": None,
        "pager": None,
    }
    if not form.validate():
        return page("staff/list_users.html", "users", status=422, **context)
    position = read_position(request.args.get("at"), sort)
    users = page_of_users(db.session(), form.chosen(), ability, sort, position)
    count = count_users(db.session(), form.chosen(), ability)
    context |= {"users": users, "pager": pager(users, count, query)}
    return page("staff/list_users.html", "users", **context)


def _columns(query: dict[str, list[str]], sort: str) -> Iterator[dict[str, Any]]:
    for name, label in COLUMNS.items():
        column = {"key": name, "label": label}
        if name == "name":
            column = sort_column(name, label, query, name, sort)
        yield {**column, "role": {"name": "title", "state": "aside"}.get(name)}
    yield {**sort_column("created", lazy_pgettext("when", "Added"), query, "created", sort), "role": "low"}


def _chips(form: FilterForm, query: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Each thing that narrows the list, in words, with the address that takes it away."""
    for name, values in query.items():
        if name in form:
            field = form[name]
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            shown = words.get(values[0], values[0])
            yield {"label": field.label.text, "value": shown, "url": here(query, **{name: None})}


@bp.route("/sign-out-everybody", methods=["GET", "POST"])
@requires("update", "User")
def sign_everybody_out() -> Response:
    """Ask first, then end every session but the one from which it is asked."""
    authorise("manage", "all")
    form = PortalForm()
    if not form.validate_on_submit():
        return page("staff/sign_everybody_out.html", form=form, status=422 if form.is_submitted() else 200)
    ended = end_everybodys_sessions(db.session(), current_person())
    db.session.commit()
    flash(ngettext("%(num)s session has ended.", "%(num)s sessions have ended.", ended), "success")
    return see_other(url_for("staff.list_users"))
