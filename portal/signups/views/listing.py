"""Which requests there are, and whether the form takes more."""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.core.db import db
from portal.core.enums import SignupStatus
from portal.core.keyset import read_position
from portal.signups.operations import asking
from portal.signups.queries.signups import NEWEST, count_sign_ups, page_of_sign_ups
from portal.signups.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.links import outside
from portal.web.lists import here, pager

STATUSES: dict[str, LazyString] = {
    SignupStatus.PENDING.value: _l("Pending"),
    SignupStatus.FAILED.value: _l("Failed"),
    SignupStatus.APPROVED.value: _l("Approved"),
    SignupStatus.REJECTED.value: _l("Rejected"),
}


@bp.get("/sign-ups")
@requires("read", "SignUp")
def list_sign_ups() -> Response:
    """The requests that the reader may see, newest first."""
    ability, session = current_ability(), db.session()
    wanted = request.args.get("status", "")
    status = SignupStatus(wanted) if wanted in STATUSES else None
    query = {"status": [status.value]} if status else {}
    sign_ups = page_of_sign_ups(session, ability, status, read_position(request.args.get("at"), NEWEST))
    return page(
        "signups/list_sign_ups.html",
        "sign_ups",
        sign_ups=sign_ups,
        pager=pager(sign_ups, count_sign_ups(session, ability, status), query),
        statuses=STATUSES,
        chosen=status,
        chips=[{"label": _("State"), "value": STATUSES[status.value], "url": here({})}] if status else [],
        form_is_open=asking.sign_ups_are_open(session),
        form_url=outside("signups.ask_for_account"),
    )


@bp.post("/sign-ups/form")
@requires("update", "SignUp")
def switch_form() -> Response:
    """Open the public form, or close it."""
    open_it = request.form.get("open") == "yes"
    asking.open_sign_ups(db.session(), open_it)
    db.session.commit()
    flash(_("The form takes requests now.") if open_it else _("The form is closed now."), "success")
    return see_other(url_for("signups.list_sign_ups"))
