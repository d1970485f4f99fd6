"""Taking an address that an administrator offered, by the link that was sent to it.

Looking at the link changes nothing, since programs that scan mail look at it too; only sending the form does.
"""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.auth.forms import OfferForm
from portal.auth.identifiers import Identifier
from portal.auth.letters import address_for, tell_address_changed, write
from portal.auth.limits import OFFER_HOURS, OFFER_LIFE, SIGN_IN_SECONDS, SIGN_IN_TRIES
from portal.auth.operations.addresses import Kind
from portal.auth.operations.offers import accept_address as accept
from portal.auth.operations.offers import offer_address, offered_address
from portal.auth.views import bp
from portal.auth.views.resetting import kept_quiet, spent_link
from portal.core.db import db
from portal.core.errors import Refusal
from portal.messages.purposes import name_purpose
from portal.users.models import User
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page, see_other
from portal.web.links import outside

OFFER = "address_offer"
KINDS: dict[str, Kind] = {"email": "EMAIL", "phone": "PHONE"}

name_purpose(OFFER, _l("Address to take"))


def send_offer(session: Session, user: User, who: Identifier) -> None:
    """Send a link to a user's new address, by which it becomes theirs. Raises Refusal where it cannot."""
    to = address_for(who)
    if to is None:
        raise Refusal(
            "This is neither an e-mail address nor a phone number with its country.", field="address"
        )
    token = offer_address(session, user, who)
    kind = "email" if to.kind == "EMAIL" else "phone"
    link = outside("auth.accept_address", kind=kind, token=token)
    write(session, to, OFFER, user.id, OFFER_LIFE, name=user.name, link=link, hours=OFFER_HOURS)


@bp.route("/new-<any(email, phone):kind>", methods=["GET", "POST"])
@public
def accept_address(kind: str) -> Response:
    """Ask whether this address shall be theirs, and take it."""
    form = OfferForm(data={"token": request.args.get("token")})
    token = form.token.data or ""
    if form.is_submitted():
        rates.take("link", rates.address(), SIGN_IN_TRIES, SIGN_IN_SECONDS)
    to = offered_address(db.session(), KINDS[kind], token)
    if to is None:
        return spent_link(KINDS[kind])
    if form.validate_on_submit():
        user_id, former = accept(db.session(), KINDS[kind], token)
        tell_address_changed(db.session(), user_id, KINDS[kind], former)
        db.session.commit()
        flash(_("The change is made. From now on you sign in with this."), "success")
        return see_other(url_for("auth.sign_in"))
    status = 422 if form.is_submitted() else 200
    return kept_quiet(page("auth/accept_address.html", form=form, kind=kind, to=to, status=status))
