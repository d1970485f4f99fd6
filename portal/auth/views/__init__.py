"""The pages of signing in, and of one's own account."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from portal.auth.operations.sessions import renew_token, touch_session
from portal.auth.passwords import COST, passwords_at
from portal.auth.queries.people import find_person
from portal.auth.views.registered import open_services
from portal.users.operations.preferences import remember_preference
from portal.web.sessions import PersonStore, keep_people

bp = Blueprint("auth", __name__)


@bp.record_once
def _open(state: BlueprintSetupState) -> None:
    """Tell `web` how people are found, and set the cost of passwords (PORTAL_PASSWORD_COST) for this app."""
    app = cast(Flask, state.app)
    keep_people(app, PersonStore(find_person, touch_session, renew_token, remember_preference))
    open_services(app)
    app.extensions["portal_passwords"] = passwords_at(app.config.get("PORTAL_PASSWORD_COST", COST))


from portal.auth import tasks  # noqa: E402, F401 - the worker does what is in it
from portal.auth.views import (  # noqa: E402, F401 - they add their routes to bp
    codes,
    linking,
    offers,
    own_wallet,
    password,
    profile,
    resetting,
    second_factor,
    second_factor_door,
    services,
    sessions,
    sign_in,
    wallet,
)
