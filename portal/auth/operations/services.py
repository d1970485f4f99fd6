"""Signing in by an account with another service."""

from sqlalchemy.orm import Session

from portal.audit.deeds import SIGN_IN_FAILED
from portal.audit.operations import record
from portal.auth.identifiers import Identifier
from portal.auth.operations.attempts import count_success
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.accounts import account_of


def sign_in_with_service(session: Session, who: Identifier, visit: Visit) -> str | None:
    """Open a session for the person to whom this account is linked, and return its token; None where it is nobody's.

    No account is ever made, and none is found by its e-mail address: whoever could have such an address confirmed
    over there would own the account here.
    """
    account = account_of(session, who)
    if account is None:
        record(session, SIGN_IN_FAILED, table_name="tbl_auth", details={"service": who.service.value})
        return None
    if not count_success(session, account.auth_id):
        return None
    return start_session(session, account.auth_id, visit)
