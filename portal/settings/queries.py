"""What settings say."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.settings.models import Setting


def value_of(session: Session, name: str) -> Any:
    """What a setting says; None where it was never set."""
    return session.scalar(select(Setting.value).where(Setting.name == name))


def is_on(session: Session, name: str) -> bool:
    """Whether a yes-or-no setting says yes; one that was never set says no."""
    return value_of(session, name) is True
