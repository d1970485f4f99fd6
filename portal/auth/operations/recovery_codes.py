"""Recovery codes: made, and used once each."""

from sqlalchemy import delete, func, insert, update
from sqlalchemy.orm import Session

from portal.auth.models import RecoveryCode
from portal.auth.passwords import Passwords
from portal.auth.queries.second_factors import unused_codes
from portal.auth.recovery import new_codes, plain


def make_recovery_codes(session: Session, passwords: Passwords, user_id: int) -> list[str]:
    """Ten new codes in place of all the user had. They are known here and now only: what is kept is hashed."""
    codes = new_codes()
    session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user_id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(RecoveryCode),
        [{"user_id": user_id, "code_hash": passwords.hash(plain(code))} for code in codes],
    )
    return codes


def use_recovery_code(session: Session, passwords: Passwords, user_id: int, code: str) -> bool:
    """Use up one of the user's codes; False when it is none of them, or somebody used it a moment ago."""
    typed = plain(code)
    fitting = next((id for id, kept in unused_codes(session, user_id) if passwords.fits(typed, kept)), None)
    if fitting is None:
        return False
    used = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.id == fitting, RecoveryCode.used_at.is_(None))
        .values(used_at=func.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None
