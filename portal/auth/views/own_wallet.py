"""Proving that a wallet is one's own: it becomes a way to sign in, and stands in one's profile."""

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.auth.forms import OwnWalletForm, SignatureForm
from portal.auth.operations import wallets as operations
from portal.auth.operations.confirming import confirm_person
from portal.auth.views import bp
from portal.auth.views.entering import has_password, passwords
from portal.auth.views.errands import begin_errand, end_errand, errand
from portal.auth.views.notices import tell_of_method
from portal.auth.views.wallet import facts_of, message_of, new_message
from portal.auth.wallet_messages import LINK
from portal.core.db import db
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other


@bp.route("/account/wallet", methods=["GET", "POST"])
@signed_in
def prove_wallet() -> Response:
    """Which wallet shall be one's own?"""
    person = current_person()
    form = OwnWalletForm().ask(has_password(person))
    if form.validate_on_submit():
        try:
            confirm_person(db.session(), passwords(), person, form.password)
            message = new_message(LINK, "auth.prove_wallet", form.checksummed)
            operations.ask_own_wallet(db.session(), person, message)
        except Refusal as refusal:
            form.refuse(refusal)
            db.session.commit()  # a wrong password was counted
        else:
            db.session.commit()
            begin_errand("own wallet", **facts_of(message), user=person.id)
            return see_other(url_for("auth.sign_own_wallet"))
    status = 422 if form.is_submitted() else 200
    return page("auth/prove_wallet.html", form=form, status=status)


@bp.route("/account/wallet/signature", methods=["GET", "POST"])
@signed_in
def sign_own_wallet() -> Response:
    """What the wallet is to sign; with its signature it is the person's."""
    person, begun = current_person(), errand("own wallet")
    if begun is None or begun["user"] != person.id:
        flash(_("That took too long, or was begun in another browser. Begin again."), "warning")
        return see_other(url_for("auth.prove_wallet"))
    message = message_of(LINK, "auth.prove_wallet", begun)
    form = SignatureForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("auth/sign_own_wallet.html", form=form, message=message, status=status)
    end_errand("own wallet")
    try:
        operations.link_wallet(db.session(), person, message, form.signature.data or "")
        tell_of_method(db.session(), person, "linked", Service.WALLET)
    except Refusal as refusal:
        db.session.commit()  # the question is used up
        again = OwnWalletForm(formdata=None, data={"address": message.address}).ask(has_password(person))
        again.refuse(refusal)
        return page("auth/prove_wallet.html", form=again, status=422)
    db.session.commit()
    flash(_("This wallet is yours now. You can sign in with it."), "success")
    return see_other(url_for("auth.list_methods"))
