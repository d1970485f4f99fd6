"""Choosing a password by a link that came by e-mail or SMS.

Looking at the link changes nothing, since programs that scan mail look at it too; only sending the form does. The
link is in the query and not in the path, which the log holds, and the page tells no other page of its address.
"""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.audit.deeds import SIGN_IN_FAILED
from portal.audit.operations import record
from portal.auth.forms import IdentifierForm, LinkPasswordForm
from portal.auth.letters import RESET, address_for, tell_password_changed, write
from portal.auth.limits import CODE_MINUTES, RESET_LIFE, SIGN_IN_SECONDS, SIGN_IN_TRIES
from portal.auth.operations import resets
from portal.auth.operations.passwords import shortest_for
from portal.auth.queries.tokens import Holder, Purpose, holder_of
from portal.auth.views import bp
from portal.auth.views.codes import ask_gently
from portal.auth.views.entering import identifier, organisation, passwords
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page, see_other
from portal.web.links import outside_for_others
from portal.web.sessions import sign_person_out


@bp.route("/password-reset", methods=["GET", "POST"])
@public
def request_reset() -> Response:
    """Have a link sent by which one chooses another password; who has no account gets the same answer."""
    form = IdentifierForm()
    if not form.validate_on_submit():
        return page("auth/request_reset.html", form=form, status=422 if form.is_submitted() else 200)
    who = identifier(form)
    ask_gently(who)
    token, user_id = resets.ask_for_reset(db.session(), who)
    with db.session.begin_nested() as letter:
        link = outside_for_others("auth.reset_password", token=token)
        write(db.session(), address_for(who), RESET, user_id, RESET_LIFE, link=link, minutes=CODE_MINUTES)
        if user_id is None:
            letter.rollback()
    db.session.commit()
    return see_other(url_for("auth.show_reset_sent"))


@bp.get("/password-reset/sent")
@public
def show_reset_sent() -> Response:
    """Where to look for the link."""
    return page("auth/show_reset_sent.html", minutes=CODE_MINUTES)


@bp.route("/password-reset/choose", methods=["GET", "POST"])
@public
def reset_password() -> Response:
    """Choose another password by the link; all sessions end."""
    return _choose("RESET", "auth/reset_password.html")


@bp.route("/invitation", methods=["GET", "POST"])
@public
def accept_invitation() -> Response:
    """Choose one's first password by the link of an invitation."""
    return _choose("INVITATION", "auth/accept_invitation.html")


def _choose(purpose: Purpose, template: str) -> Response:
    form = LinkPasswordForm(data={"token": request.args.get("token")})
    token = form.token.data or ""
    if form.is_submitted():
        rates.take("link", rates.address(), SIGN_IN_TRIES, SIGN_IN_SECONDS)
    holder = holder_of(db.session(), purpose, token)
    if holder is None:
        return spent_link(purpose)
    form.with_shortest(shortest_for(db.session(), holder.user_id))
    if form.validate_on_submit():
        try:
            _take(purpose, token, form.password.data or "")
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            sign_person_out()
            flash(_("Your password is set. Sign in with it."), "success")
            return see_other(url_for("auth.sign_in"))
    status = 422 if form.is_submitted() else 200
    return kept_quiet(page(template, form=form, holder=holder, status=status))


def _take(purpose: Purpose, token: str, password: str) -> Holder:
    taken = resets.choose_password(db.session(), passwords(), purpose, token, password, organisation())
    if purpose == "RESET":
        tell_password_changed(db.session(), taken.user_id, taken.email, taken.phone)
    db.session.commit()
    return taken


def spent_link(purpose: Purpose) -> Response:
    """The page for a link that is good for nothing, or not any more; that somebody sent its form is on record."""
    if request.method == "POST":
        about = {"endpoint": request.endpoint}
        record(db.session(), SIGN_IN_FAILED, table_name="tbl_auth_tokens", details=about)
        db.session.commit()
    return kept_quiet(page("auth/spent_link.html", purpose=purpose, status=404))


def kept_quiet(response: Response) -> Response:
    """The address of this page holds a secret: no other page, not even one of ours, is told it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
