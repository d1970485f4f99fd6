"""Signing in by wallet: which wallet, what it is to sign, and the signature."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.auth.forms import SignatureForm, WalletForm
from portal.auth.operations import wallets as operations
from portal.auth.views import bp
from portal.auth.views.entering import after_sign_in, enter, visit
from portal.auth.views.errands import begin_errand, end_errand, errand
from portal.auth.wallet_messages import SIGN_IN, WalletMessage, new_nonce
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page, see_other
from portal.web.links import outside
from portal.web.paths import own_path
from portal.web.sessions import needs_https

WALLET_MOST, WALLET_SECONDS = 30, 900
"""Questions to sign, from one address on the network."""


@bp.route("/sign-in/wallet", methods=["GET", "POST"])
@public
def ask_wallet() -> Response:
    """Which wallet? For an answer there is something to sign, whether or not anybody signs in by that wallet."""
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    if needs_https():
        return see_other(url_for("auth.sign_in"))
    form = WalletForm(data={"next": request.args.get("next")})
    if form.validate_on_submit():
        rates.take("wallet", rates.address(), WALLET_MOST, WALLET_SECONDS)
        message = new_message(SIGN_IN, "auth.ask_wallet", form.checksummed)
        operations.ask_wallet(db.session(), message)
        db.session.commit()
        begin_errand("wallet", **facts_of(message), next=own_path(form.next.data))
        return see_other(url_for("auth.sign_wallet"))
    return page("auth/ask_wallet.html", form=form, status=422 if form.is_submitted() else 200)


@bp.route("/sign-in/wallet/signature", methods=["GET", "POST"])
@public
def sign_wallet() -> Response:
    """What the wallet is to sign; with its signature the person is in."""
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    begun = errand("wallet")
    if begun is None:
        flash(_("That took too long, or was begun in another browser. Begin again."), "warning")
        return see_other(url_for("auth.ask_wallet"))
    message = message_of(SIGN_IN, "auth.ask_wallet", begun)
    form = SignatureForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("auth/sign_wallet.html", form=form, message=message, status=status)
    end_errand("wallet")
    signature = form.signature.data or ""
    if enter(operations.sign_in_with_wallet(db.session(), message, signature, visit())):
        return see_other(own_path(begun.get("next")) or url_for("home.show_home"))
    again = WalletForm(formdata=None, data={"address": message.address, "next": begun.get("next")})
    again.refuse(
        Refusal(
            "Nobody signs in with this wallet and this signature, or there were too many attempts. "
            "Begin again, or sign in another way."
        )
    )
    return page("auth/ask_wallet.html", form=again, status=422)


def new_message(statement: str, asked_at: str, address: str) -> WalletMessage:
    """A text for a wallet to sign, asked for at an endpoint of ours."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return _message(statement, asked_at, address, new_nonce(), now)


def facts_of(message: WalletMessage) -> dict[str, Any]:
    """What has to be remembered to write the text again. Its host is not: that is where one signs in."""
    return {
        "address": message.address,
        "nonce": message.nonce,
        "issued": int(message.issued.timestamp()),
    }


def message_of(statement: str, asked_at: str, begun: dict[str, Any]) -> WalletMessage:
    """The text again, with the host that is asked now."""
    issued = dt.datetime.fromtimestamp(begun["issued"], dt.UTC)
    return _message(statement, asked_at, begun["address"], begun["nonce"], issued)


def _message(statement: str, asked_at: str, address: str, nonce: str, issued: dt.datetime) -> WalletMessage:
    """The host is that of PORTAL_URL, so that a site in between which passes everything on gets no text that names
    itself; where that is not set, the one that the request names."""
    uri = outside(asked_at)
    return WalletMessage(statement, urlsplit(uri).netloc, uri, address, nonce, issued)
