"""How to fail at each route that asks for a proof: with a password, code, link or signature that is not right. It is on
record as well as success is."""

from werkzeug.test import TestResponse

from tests.auth.people import WRONG, sign_in
from tests.auth.phones import begin, code_of, finish, give_codes, recover, show, wrong_code
from tests.auth.wallet_signing import Wallet, text_of
from tests.auth.wallet_signing import link as link_wallet
from tests.auth.wallet_signing import sign_in as sign_in_by_wallet
from tests.house.changes_of_accounts import (
    ASHA,
    CHOSEN,
    OWN_WALLET,
    begin_linking,
    change_address,
    prove_wallet,
    unlink,
)
from tests.house.changes_of_offramp_callbacks import tell_unsigned
from tests.house.ground import Call, Calls, Ground
from tests.intake.pages import follow

UNKNOWN_LINK = {"token": "a" * 43, "password": CHOSEN, "again": CHOSEN}


def _wrong_code(g: Ground) -> TestResponse:
    browser = g.stranger()
    browser.post("/sign-in/code", data={"identifier": ASHA})
    return browser.post("/sign-in/code/enter", data={"code": "00000000"})


def _wrong_signature(g: Ground) -> TestResponse:
    wallet = Wallet()
    link_wallet(g.session, g.asha, wallet)
    return sign_in_by_wallet(g.stranger(), wallet, signer=Wallet())


def _wrong_own_signature(g: Ground) -> TestResponse:
    prove_wallet(g, Wallet())
    said = text_of(g.admin.get(f"{OWN_WALLET}/signature"))
    return g.post(f"{OWN_WALLET}/signature", signature=Wallet().sign(said))


def _wrong_recovery_code(g: Ground) -> TestResponse:
    browser = g.owing()
    give_codes(g.session, g.passwords, g.me)
    return recover(browser, "aaaa-bbbb-cccc")


def _wrong_confirmation(g: Ground) -> TestResponse:
    change_address(g)
    return g.post("/account/email/confirm", code="00000000")


def _changing_factor(path: str) -> Call:
    def call(g: Ground) -> TestResponse:
        return g.proved().post(f"/account/second-factor/{path}", data={"code": code_of(), "current": WRONG})

    return call


FAILURES: Calls = {
    "intake.follow_case": (
        "SIGN_IN_FAILED tbl_grievances",
        lambda g: follow(g.stranger(), "22222222", "000000"),
    ),
    "auth.sign_in": ("SIGN_IN_FAILED tbl_auth", lambda g: sign_in(g.stranger(), "chief", WRONG)),
    "auth.enter_code": ("SIGN_IN_FAILED tbl_auth", _wrong_code),
    "auth.sign_wallet": ("SIGN_IN_FAILED tbl_auth", _wrong_signature),
    "auth.enter_second_factor": (
        "SIGN_IN_FAILED tbl_auth_second_factors",
        lambda g: show(g.owing(), wrong_code()),
    ),
    "auth.enter_recovery_code": ("SIGN_IN_FAILED tbl_auth_second_factors", _wrong_recovery_code),
    "auth.reset_password": (
        "SIGN_IN_FAILED tbl_auth_tokens",
        lambda g: g.stranger().post("/password-reset/choose", data=UNKNOWN_LINK),
    ),
    "auth.accept_invitation": (
        "SIGN_IN_FAILED tbl_auth_tokens",
        lambda g: g.stranger().post("/invitation", data=UNKNOWN_LINK),
    ),
    "auth.accept_address": (
        "SIGN_IN_FAILED tbl_auth_tokens",
        lambda g: g.stranger().post("/new-email", data=UNKNOWN_LINK),
    ),
    "auth.change_password": (
        "SIGN_IN_FAILED tbl_auth",
        lambda g: g.post("/account/password", current=WRONG, password=CHOSEN, again=CHOSEN),
    ),
    "auth.change_address": ("SIGN_IN_FAILED tbl_auth", lambda g: change_address(g, WRONG)),
    "auth.confirm_address": ("UPDATE tbl_auth_tokens", _wrong_confirmation),
    "auth.set_up_second_factor": (
        "SIGN_IN_FAILED tbl_auth",
        lambda g: finish(g.admin, code_of(begin(g.admin)), WRONG),
    ),
    "auth.renew_recovery_codes": ("SIGN_IN_FAILED tbl_auth", _changing_factor("recovery-codes")),
    "auth.turn_off_second_factor": ("SIGN_IN_FAILED tbl_auth", _changing_factor("turn-off")),
    "auth.prove_wallet": ("SIGN_IN_FAILED tbl_auth", lambda g: prove_wallet(g, Wallet(), WRONG)),
    "auth.sign_own_wallet": ("UPDATE tbl_auth_sessions", _wrong_own_signature),
    "auth.link_service": ("SIGN_IN_FAILED tbl_auth", lambda g: begin_linking(g, WRONG)),
    "auth.unlink_method": ("SIGN_IN_FAILED tbl_auth", lambda g: unlink(g, WRONG)),
    "offramp.receive_callback": ("DENIED tbl_offramp_providers", tell_unsigned),
}
"""Endpoint → an entry that a wrong proof has to leave, and a call that is refused for it."""

ASKS_FOR_NO_PROOF = {
    "auth.ask_wallet": "asks which wallet; what proves it comes after",
    "auth.begin_second_factor": "makes a secret, which counts only once it is confirmed",
    "auth.edit_profile": "one's own name and gender",
    "auth.end_other_sessions": "one's own sessions",
    "auth.end_session": "one's own sessions; others' are as unknown as none",
    "auth.request_reset": "answers everybody alike, and has a link sent",
    "auth.send_code": "answers everybody alike, and has a code sent",
    "auth.sign_out": "may be said twice",
    "home.set_language": "one's own choice, or this browser's",
    "home.set_theme": "light or dark, kept in the browser alone",
    "intake.accept_answer": "asks for the ticket of who showed code and PIN",
    "intake.add_words": "the same",
    "intake.decline_answer": "the same",
    "intake.download_own_file": "the same",
    "intake.make_complaint": "anybody may complain",
    "intake.send_own_file": "asks for the ticket of who showed code and PIN",
    "signups.ask_for_account": "asks for an account; somebody decides",
    "signups.ask_as_vendor": "the same of a vendor",
}
"""Endpoint that asks neither for a permission nor for a proof → why."""
