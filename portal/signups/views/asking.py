"""The public form. It answers alike whatever is known of an address, and takes only so many requests."""

from flask import Response, current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.core.db import db
from portal.core.errors import Refusal
from portal.messages.addresses import Address
from portal.signups.forms import AskAsVendorForm, AskForm
from portal.signups.kinds import Kind
from portal.signups.operations import asking
from portal.signups.views import bp
from portal.users.emails import fold_email
from portal.users.phones import USUAL_REGION, fold_phone
from portal.web import rates
from portal.web.access import public
from portal.web.errors import error_page
from portal.web.htmx import page, see_other
from portal.web.language import language_of_page
from portal.web.sessions import needs_https

FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS = 20, 3_600
FOR_EMAIL_MOST, FOR_EMAIL_SECONDS = 5, 86_400
"""Requests that are taken from one place on the network in an hour, and for one e-mail address in a day."""


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def ask_for_account() -> Response:
    """Ask for an account; an administrator decides."""
    return _ask(AskForm, "signups/ask_for_account.html", Kind.STAFF)


@bp.route("/sign-up/vendor", methods=["GET", "POST"])
@public
def ask_as_vendor() -> Response:
    """The same for who hands out goods or cash."""
    return _ask(AskAsVendorForm, "signups/ask_as_vendor.html", Kind.VENDOR)


def _ask(shape: type[AskForm | AskAsVendorForm], template: str, kind: Kind) -> Response:
    if current_user.is_authenticated:
        return see_other(url_for("home.show_home"))
    if not asking.sign_ups_are_open(db.session()):
        return error_page(
            404, _("This portal takes no requests for accounts. Ask the organisation you work with.")
        )
    form = shape()
    if needs_https():
        status = 403 if form.is_submitted() else 200
        return page(template, form=form, needs_https=True, status=status)
    if form.validate_on_submit():
        try:
            request = _request(form, kind)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            rates.take("sign-up", rates.address(), FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS)
            rates.take("sign-up-for", request.email, FOR_EMAIL_MOST, FOR_EMAIL_SECONDS)
            asking.ask_for_account(db.session(), request)
            db.session.commit()
            return see_other(url_for("signups.thank"))
    status = 422 if form.is_submitted() else 200
    return page(template, form=form, needs_https=False, status=status)


@bp.get("/sign-up/thanks")
@public
def thank() -> Response:
    """What happens next: the same for everybody."""
    return page("signups/thank.html")


def _request(form: AskForm | AskAsVendorForm, kind: Kind) -> asking.Request:
    """What a valid form says. Raises Refusal for an address that no message can go to, and for what is no phone."""
    email = Address("EMAIL", fold_email(form.email.data or "")).to
    phone = None
    if form.phone.data:
        phone = fold_phone(form.phone.data, current_app.config.get("PORTAL_REGION", USUAL_REGION))
        if phone is None:
            raise Refusal("This is no phone number. Write it with the code of its country.", field="phone")
    return asking.Request(
        form.name.data or "",
        email,
        phone,
        form.organisation.data or "",
        form.reason.data or "",
        language_of_page(),
        kind,
        place=form.place.data if isinstance(form, AskAsVendorForm) else None,
        wallet=form.wallet.value if isinstance(form, AskAsVendorForm) else None,
    )


@bp.app_template_global("sign_ups_are_open")
def sign_ups_are_open() -> bool:
    """Whether the public form takes requests; for links to it."""
    return asking.sign_ups_are_open(db.session())
