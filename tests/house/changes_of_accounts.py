"""How to call each route of signing in and of one's own account so that it changes something, and what is then on
record. The other modules' are in `changes`."""

import re

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.auth.models import Auth
from portal.core.enums import Service
from tests.auth.messages import last_letter, letter
from tests.auth.people import PASSWORD, sign_in
from tests.auth.phones import begin, code_of, finish, give_codes, recover, show
from tests.auth.services import METHODS, Running, consent, link, our_service, register, settings
from tests.auth.wallet_signing import Wallet, text_of
from tests.auth.wallet_signing import link as link_wallet
from tests.auth.wallet_signing import sign_in as sign_in_by_wallet
from tests.house.ground import Call, Calls, Ground

CHOSEN = "an entirely different phrase"
CHIEF, ASHA, NEW = "chief@example.org", "asha@example.org", "new@example.org"
OWN_WALLET = "/account/wallet"


def choose(g: Ground, purpose: str) -> TestResponse:
    """Choose a password by the link that was sent."""
    path, _, token = letter(g.session, purpose).link.partition("?token=")
    return g.stranger().post(path, data={"token": token, "password": CHOSEN, "again": CHOSEN})


def _reset(g: Ground) -> TestResponse:
    g.stranger().post("/password-reset", data={"identifier": CHIEF})
    return choose(g, "reset")


def _invited(g: Ground) -> TestResponse:
    g.post(f"/users/{g.asha.uuid}/invite")
    return choose(g, "invitation")


def _accepted(g: Ground) -> TestResponse:
    g.post(f"/users/{g.asha.uuid}/address", address=NEW)
    path, _, token = letter(g.session, "address_offer").link.partition("?token=")
    return g.stranger().post(path, data={"token": token})


def change_address(g: Ground, password: str = PASSWORD) -> TestResponse:
    """Ask for another e-mail address of one's own."""
    return g.post("/account/email", address=NEW, current=password)


def _confirmed(g: Ground) -> TestResponse:
    change_address(g)
    return g.post("/account/email/confirm", code=last_letter(g.session, "confirm_address", NEW).code)


def _entered_by_code(g: Ground) -> TestResponse:
    browser = g.stranger()
    browser.post("/sign-in/code", data={"identifier": ASHA})
    return browser.post("/sign-in/code/enter", data={"code": last_letter(g.session, "code", ASHA).code})


def _recovered(g: Ground) -> TestResponse:
    browser = g.owing()
    return recover(browser, give_codes(g.session, g.passwords, g.me)[0])


def _set_up(g: Ground) -> TestResponse:
    return finish(g.admin, code_of(begin(g.admin)))


def _asked_wallet(g: Ground) -> TestResponse:
    wallet = Wallet()
    link_wallet(g.session, g.asha, wallet)
    return g.stranger().post("/sign-in/wallet", data={"address": wallet.address})


def _signed_wallet(g: Ground) -> TestResponse:
    wallet = Wallet()
    link_wallet(g.session, g.asha, wallet)
    return sign_in_by_wallet(g.stranger(), wallet)


def prove_wallet(g: Ground, wallet: Wallet, password: str = PASSWORD) -> TestResponse:
    """Say which wallet is to be one's own."""
    return g.post(OWN_WALLET, address=wallet.address, current=password)


def _signed_own_wallet(g: Ground) -> TestResponse:
    wallet = Wallet()
    prove_wallet(g, wallet)
    said = text_of(g.admin.get(f"{OWN_WALLET}/signature"))
    return g.post(f"{OWN_WALLET}/signature", signature=wallet.sign(said))


def with_github(g: Ground) -> None:
    """Let GitHub be a way to sign in here; nobody listens there."""
    register(g.app, settings(Running("http://127.0.0.1:9"), Service.GITHUB))


def begin_linking(g: Ground, password: str = PASSWORD) -> TestResponse:
    """Ask to link an account with GitHub."""
    with_github(g)
    return g.post(f"{METHODS}/github", current=password)


def _linked(g: Ground) -> TestResponse:
    with our_service() as service:
        service.behave()
        register(g.app, settings(service, Service.GITHUB))
        way = g.admin.get(g.post(f"{METHODS}/github", current=PASSWORD).location)
        found = re.search(r'href="(http://127[^"]+)"', way.text)
        assert found
        return g.admin.get(consent(found[1].replace("&amp;", "&")))


def unlink(g: Ground, password: str = PASSWORD) -> TestResponse:
    """Take an account with GitHub away again."""
    with_github(g)
    link(g.session, g.me, Service.GITHUB)
    method = g.session.scalars(select(Auth.id).where(Auth.service == Service.GITHUB)).one()
    return g.post(f"{METHODS}/{method}/unlink", current=password)


def _changed_factor(path: str) -> Call:
    def call(g: Ground) -> TestResponse:
        return g.proved().post(
            f"/account/second-factor/{path}", data={"code": code_of(), "current": PASSWORD}
        )

    return call


CALLS: Calls = {
    "auth.sign_in": ("SIGN_IN tbl_users", lambda g: sign_in(g.stranger(), "chief")),
    "auth.sign_out": ("SIGN_OUT tbl_users", lambda g: g.post("/sign-out")),
    "auth.send_code": (
        "UPDATE tbl_auth",
        lambda g: g.stranger().post("/sign-in/code", data={"identifier": ASHA}),
    ),
    "auth.enter_code": ("SIGN_IN tbl_users", _entered_by_code),
    "auth.ask_wallet": ("UPDATE tbl_auth", _asked_wallet),
    "auth.sign_wallet": ("SIGN_IN tbl_users", _signed_wallet),
    "auth.enter_second_factor": ("SIGN_IN tbl_users", lambda g: show(g.owing(), code_of())),
    "auth.enter_recovery_code": ("SIGN_IN tbl_users", _recovered),
    "auth.request_reset": (
        "INSERT tbl_auth_tokens",
        lambda g: g.stranger().post("/password-reset", data={"identifier": CHIEF}),
    ),
    "auth.reset_password": ("UPDATE tbl_auth", _reset),
    "auth.accept_invitation": ("UPDATE tbl_auth", _invited),
    "auth.accept_address": ("UPDATE tbl_users", _accepted),
    "auth.change_password": (
        "UPDATE tbl_auth",
        lambda g: g.post("/account/password", current=PASSWORD, password=CHOSEN, again=CHOSEN),
    ),
    "auth.edit_profile": (
        "UPDATE tbl_users",
        lambda g: g.filled("/account", name="Chief of All", gender="FEMALE"),
    ),
    "auth.change_address": ("INSERT tbl_auth_tokens", change_address),
    "auth.confirm_address": ("UPDATE tbl_users", _confirmed),
    "auth.end_session": (
        "UPDATE tbl_auth_sessions",
        lambda g: g.post(f"/account/sessions/{g.session_of(g.me)}/end"),
    ),
    "auth.end_other_sessions": (
        "UPDATE tbl_auth_sessions",
        lambda g: (g.session_of(g.me), g.post("/account/sessions/end-others"))[1],
    ),
    "auth.begin_second_factor": (
        "INSERT tbl_auth_second_factors",
        lambda g: g.post("/account/second-factor/begin"),
    ),
    "auth.set_up_second_factor": ("UPDATE tbl_auth_second_factors", _set_up),
    "auth.renew_recovery_codes": ("INSERT tbl_auth_recovery_codes", _changed_factor("recovery-codes")),
    "auth.turn_off_second_factor": ("DELETE tbl_auth_second_factors", _changed_factor("turn-off")),
    "auth.prove_wallet": ("UPDATE tbl_auth_sessions", lambda g: prove_wallet(g, Wallet())),
    "auth.sign_own_wallet": ("INSERT tbl_auth", _signed_own_wallet),
    "auth.receive_service": ("INSERT tbl_auth", _linked),
    "auth.unlink_method": ("DELETE tbl_auth", unlink),
}
"""Endpoint → an entry that it has to leave, and a call that succeeds."""
