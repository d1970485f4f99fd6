"""Signing in with a code that was sent to one's address or number."""

from dataclasses import dataclass

from sqlalchemy import extract, func, select, update
from sqlalchemy.orm import Session

from portal.auth.challenges import (
    KIND,
    Challenge,
    hashed_browser,
    hashed_code,
    new_browser,
    new_code,
    sent_challenge,
)
from portal.auth.identifiers import OWN_SERVICES, Identifier
from portal.auth.limits import CODE_LIFE
from portal.auth.models import Auth
from portal.auth.operations.attempts import count_failure, count_success
from portal.auth.operations.passwords import NOBODY
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.accounts import account_of, may_enter
from portal.users.models import User

NOW = extract("epoch", func.now())


@dataclass(frozen=True)
class SentCode:
    """A code that was asked for: what to send, what the asking browser keeps, and whose it is.

    `user_id` is None where nobody signs in with what was typed: then nothing may be sent, and everything else goes
    the same way.
    """

    code: str
    browser: str
    user_id: int | None


def ask_for_code(session: Session, key: str, who: Identifier) -> SentCode:
    """Make a code for whoever signs in with this; one that was sent before counts no more."""
    account = account_of(session, who)
    auth_id = account.auth_id if account else NOBODY
    code, browser = new_code(), new_browser()
    until = int(session.scalars(select(NOW)).one()) + int(CODE_LIFE.total_seconds())
    _keep(session, auth_id, sent_challenge(key, auth_id, browser, code, until))
    return SentCode(code, browser, account.user_id if account else None)


def sign_in_with_code(session: Session, key: str, browser: str, code: str, visit: Visit) -> str | None:
    """Open a session and return its token; None when the code is wrong, too old, used, or another browser's.

    A wrong one counts like a wrong password, and after five the code is void. The account is locked against others
    who try at the same time, so that each try counts.
    """
    found = session.execute(
        select(Auth.id, Auth.challenge, NOW)
        .join(User, User.id == Auth.user_id)
        .where(
            Auth.challenge.startswith(f"{KIND}:{hashed_browser(browser)}:"), Auth.service.in_(OWN_SERVICES)
        )
        .where(may_enter())
        .with_for_update(of=Auth)
    ).one_or_none()
    challenge = Challenge.of(found.challenge) if found else None
    if found is None or challenge is None:
        count_failure(session, NOBODY)
        return None
    if not challenge.fits(hashed_code(key, found.id, browser, code), int(found[2])):
        _keep(session, found.id, challenge.after_wrong_try())
        count_failure(session, found.id)
        return None
    _keep(session, found.id, None)
    if not count_success(session, found.id):
        return None
    return start_session(session, found.id, visit)


def _keep(session: Session, auth_id: int, challenge: Challenge | None) -> None:
    session.execute(
        update(Auth)
        .where(Auth.id == auth_id)
        .values(challenge=None if challenge is None else str(challenge), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
