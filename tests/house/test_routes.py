"""Every route says for whom it is open."""

from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Map, Rule

from portal.core.db import Base
from portal.web.access import mark_of

pytestmark = pytest.mark.database

PUBLIC = {
    "assets.read_asset": "browser files, the same for everybody",
    "auth.accept_address": "whoever holds the link that went to the new address",
    "auth.accept_invitation": "who is invited has no password yet; asks for the link's token",
    "auth.enter_code": "the door, for who got a code",
    "auth.request_reset": "who forgot their password; limited",
    "auth.reset_password": "the same; asks for the link's token",
    "auth.send_code": "the door, for who asks for a code; limited",
    "auth.ask_service": "a door: off to another service",
    "auth.ask_wallet": "a door: which wallet",
    "auth.receive_service": "a door: back from another service",
    "auth.show_reset_sent": "says where to look for the link",
    "auth.sign_in": "the door",
    "auth.sign_out": "may be said twice",
    "auth.sign_wallet": "a door: what the wallet signs",
    "health.live": "for load balancers; says only that it lives",
    "health.ready": "for load balancers; says only whether it can serve",
    "home.set_language": "the language of this browser, and of who is signed in",
    "home.set_theme": "light or dark, kept in the browser alone",
    "home.show_home": "leads on, shows nothing",
    "intake.accept_answer": "who complained without an account; asks for code and PIN before",
    "intake.add_words": "the same",
    "intake.choose_project": "who complains needs no account; names the projects under way",
    "intake.decline_answer": "the same; asks for code and PIN before",
    "intake.download_own_file": "the same; asks for code and PIN before",
    "intake.follow_case": "the same; asks for code and PIN; limited",
    "intake.make_complaint": "the same; limited",
    "intake.send_own_file": "the same; asks for code and PIN before; limited",
    "maps.read_shapes": "outlines of countries, the same for everybody",
    "messages.show_demo_outbox": "404 but in the demo; there, for reading codes, on its own machine or for admins",
    "offramp.receive_callback": "providers sign what they send; stored only then",
    "signups.ask_for_account": "who asks for an account has none; limited, and open only where it is switched on",
    "signups.ask_as_vendor": "the same for who hands out goods or cash",
    "signups.thank": "what happens next, the same for everybody",
}
"""Endpoint → why nobody need be signed in. Each line was thought about; so think before adding one."""

OWN = {
    "auth.begin_second_factor": "one's own second factor",
    "auth.change_address": "one's own e-mail address or phone",
    "auth.change_password": "one's own password",
    "auth.confirm_address": "one's own e-mail address or phone",
    "auth.edit_profile": "one's own name and gender",
    "auth.end_other_sessions": "one's own sessions",
    "auth.end_session": "one's own sessions",
    "auth.enter_recovery_code": "shows that the session is one's own",
    "auth.enter_second_factor": "shows that the session is one's own",
    "auth.link_service": "one's own ways to sign in",
    "auth.list_methods": "one's own ways to sign in",
    "auth.list_sessions": "one's own sessions",
    "auth.prove_wallet": "one's own wallet",
    "auth.renew_recovery_codes": "one's own second factor",
    "auth.set_up_second_factor": "one's own second factor",
    "auth.show_second_factor": "one's own second factor",
    "auth.show_way": "one's own ways to sign in",
    "auth.sign_own_wallet": "one's own wallet",
    "auth.turn_off_second_factor": "one's own second factor",
    "auth.unlink_method": "one's own ways to sign in",
}
"""Endpoint → what it shows or changes that is every signed-in person's own, whatever their roles."""

ACTIONS = {
    "read",
    "create",
    "update",
    "delete",
    "import",
    "export",
    "approve",
    "reopen",
    "reveal",
    "erase",
    "manage",
}

HOW_TO_MEND = (
    '{endpoint} ({rule}) has no mark. Put @requires("read", "Beneficiary"), or what fits, below its route: '
    "portal/web/access.py says how."
)


def endpoints(app: Flask) -> dict[str, str]:
    return {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}


def address_of(url_map: Map, rule: Rule) -> str:
    """Some address that the rule answers to."""
    kinds = {"UUIDConverter": UUID(int=1), "IntegerConverter": 1, "PathConverter": "a/b"}
    values = {
        name: min(kind.items) if isinstance(kind, AnyConverter) else kinds.get(type(kind).__name__, "a")
        for name, kind in rule._converters.items()
    }
    adapter = url_map.bind("localhost")
    method = sorted(rule.methods or {"GET"})[0]
    return adapter.build(rule.endpoint, values, method=method)


def test_C1_every_route_is_marked(app: Flask) -> None:
    unmarked = [
        HOW_TO_MEND.format(endpoint=endpoint, rule=rule)
        for endpoint, rule in endpoints(app).items()
        if mark_of(app, endpoint) is None
    ]
    assert unmarked == []


def test_C1_the_public_routes_are_exactly_those_that_were_thought_about(app: Flask) -> None:
    public = {name for name in endpoints(app) if (mark := mark_of(app, name)) and mark.public}
    assert public == set(PUBLIC), "add the endpoint to PUBLIC with its reason, or mark it with @requires"


def test_C1_and_so_are_those_for_everybody_who_is_signed_in(app: Flask) -> None:
    own = {
        name
        for name in endpoints(app)
        if (mark := mark_of(app, name)) and mark.action is None and not mark.public
    }
    assert own == set(OWN), "add the endpoint to OWN with its reason, or mark it with @requires"


def test_C1_permissions_name_known_actions_and_subjects(app: Flask) -> None:
    models = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    for name in endpoints(app):
        mark = mark_of(app, name)
        if mark is not None and mark.action is not None:
            assert mark.action in ACTIONS, f"{name}: {mark.action} is no action; they are listed in this test"
            assert mark.subject in models, f"{name}: a subject is a model's class name, not {mark.subject}"


def test_C1_strangers_get_through_no_route_that_is_not_public(app: Flask) -> None:
    """The same, tried: every rule with each of its methods, by somebody who is not signed in."""
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for method in rule.methods or ():
            answer = app.test_client().open(address_of(app.url_map, rule), method=method)
            expected = 303 if method in {"GET", "HEAD"} else 401
            assert answer.status_code == expected, f"{method} {rule.rule} ({rule.endpoint})"
            tried += 1
    assert tried > 2 * len(OWN)
