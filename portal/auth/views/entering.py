"""What every way to sign in ends with: the browser becomes the person's, and they go on to where they wanted."""

from flask import current_app, g, request, url_for

from portal.audit.deeds import SIGN_IN
from portal.audit.operations import record
from portal.auth.forms import IdentifierForm
from portal.auth.identifiers import Identifier, identifier_of
from portal.auth.operations.sessions import Visit
from portal.auth.passwords import Passwords
from portal.auth.queries.accounts import account_of_user
from portal.auth.queries.people import find_person
from portal.core.db import db
from portal.core.person import Person
from portal.users.phones import USUAL_REGION
from portal.web.paths import own_path
from portal.web.sessions import sign_person_in


def passwords() -> Passwords:
    """How this app hashes passwords."""
    found: Passwords = current_app.extensions["portal_passwords"]
    return found


def identifier(form: IdentifierForm) -> Identifier:
    """Who wants to come in. Phone numbers without a country are of PORTAL_REGION."""
    return identifier_of(form.identifier.data or "", current_app.config.get("PORTAL_REGION", USUAL_REGION))


def organisation() -> str:
    """What the people who run this portal are called (PORTAL_ORGANISATION), or nothing."""
    return str(current_app.config.get("PORTAL_ORGANISATION", ""))


def has_password(person: Person) -> bool:
    """Whether there is a password that a signed-in person can be asked for once more."""
    account = account_of_user(db.session(), person.id)
    return account is not None and account.password_hash is not None


def visit() -> Visit:
    """From where this request comes."""
    return Visit(request.remote_addr, request.user_agent.string)


def after_sign_in() -> str:
    """The page to go on to: the one asked for before, or the front door."""
    return own_path(request.values.get("next")) or url_for("home.show_home")


def enter(token: str | None) -> bool:
    """Make this browser the person's whose new session the token is, and commit; False where it is nobody's.

    Commits also when there is no token, since what was refused was counted.
    """
    person = find_person(db.session(), token, g.request_id) if token else None
    if person is not None:
        record(db.session(), SIGN_IN, table_name="tbl_users", record_id=str(person.uuid))
    db.session.commit()
    if person is None:
        return False
    sign_person_in(person)
    return True
