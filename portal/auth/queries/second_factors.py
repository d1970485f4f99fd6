"""A user's second factor: whether there is one, its sealed secret, and the recovery codes that are left."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from portal.auth.limits import LOCKED_FOR, MOST_FALSE_ATTEMPTS
from portal.auth.models import RecoveryCode, SecondFactor


def lock_of_codes() -> ColumnElement[bool]:
    """SQL: so many wrong codes came lately that not even a right one is taken."""
    return and_(
        SecondFactor.false_attempts >= MOST_FALSE_ATTEMPTS,
        func.coalesce(SecondFactor.locked_on_at > func.now() - LOCKED_FOR, False),
    )


def second_factor_of(session: Session, user_id: int) -> SecondFactor | None:
    """The user's second factor, confirmed or still being set up."""
    return session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).one_or_none()


def unused_codes(session: Session, user_id: int) -> list[tuple[int, str]]:
    """Id and hash of the recovery codes that the user still has."""
    rows = session.execute(
        select(RecoveryCode.id, RecoveryCode.code_hash)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        .order_by(RecoveryCode.id)
    )
    return [(row.id, row.code_hash) for row in rows]


def count_unused_codes(session: Session, user_id: int) -> int:
    """How many recovery codes the user still has."""
    return (
        session.scalar(
            select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )
