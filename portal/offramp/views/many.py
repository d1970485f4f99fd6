"""The same deed for all requests that the list's filter finds: try again what failed, let go what waits for it."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select

from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.forms.lists import ManyForm
from portal.offramp.operations.many import can_be_released, can_be_retried, release_many, retry_many
from portal.offramp.queries.many import check_number, count_meant, meant, sums_meant
from portal.offramp.views import bp
from portal.offramp.views.reading import read_list
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other


@bp.route("/retry", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def retry_requests() -> Response:
    """Try again what failed among those that the filter finds."""

    def said(number: int) -> str:
        return str(ngettext("%(num)s offramp is sent again.", "%(num)s offramps are sent again.", number))

    return _many("retry_requests", "update", can_be_retried(), retry_many, said)


@bp.route("/release", methods=["GET", "POST"])
@requires("approve", "OfframpRequest")
def release_requests() -> Response:
    """Let those go that wait for somebody else than their maker among those that the filter finds."""

    def said(number: int) -> str:
        return str(ngettext("%(num)s offramp is let go.", "%(num)s offramps are let go.", number))

    return _many("release_requests", "approve", can_be_released(current_person().id), release_many, said)


def _many(
    name: str,
    action: str,
    can: ColumnElement[bool],
    deed: Callable[..., int],
    said: Callable[[int], str],
) -> Response:
    """Say what it would be done to, and do it. Each that has moved on meanwhile stays as it is."""
    reading, form, session = read_list(request.args), ManyForm(), db.session()
    query: dict[str, Any] = dict(reading.query)
    wanted: Select[Any] | None = None
    status = 422 if form.is_submitted() or not reading.valid else 200
    if reading.valid:
        wanted = meant(reading.chosen, current_ability(), action, can)
    if wanted is not None and form.validate_on_submit():
        try:
            check_number(session, wanted)
            done = deed(session, wanted, by=current_person().id)
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
        else:
            session.commit()
            flash(said(done), "success" if done else "info")
            return see_other(url_for("offramp.list_requests", **query))
    return page(
        f"offramp/{name}.html",
        status=status,
        form=form,
        reading=reading,
        number=count_meant(session, wanted) if wanted is not None else 0,
        sums=sums_meant(session, wanted) if wanted is not None else (),
        action=url_for(f"offramp.{name}", **query),
        back=url_for("offramp.list_requests", **query),
    )
