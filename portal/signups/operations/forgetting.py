"""Forgetting what people wrote who asked for an account."""

import datetime as dt

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.enums import SignupStatus
from portal.signups.models import SignUp


def forget_decided(session: Session, keep: dt.timedelta) -> int:
    """Remove name, address and words from requests that were decided, or failed, so long ago; returns how many.

    That there was one, when, and what became of it stays.
    """
    forgotten = session.scalars(
        update(SignUp)
        .where(SignUp.status != SignupStatus.PENDING, SignUp.data.is_not(None))
        .where(func.coalesce(SignUp.updated_at, SignUp.created_at) < func.now() - keep)
        .values(data=None, user_identifier=None)
        .returning(SignUp.id)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten.all())
