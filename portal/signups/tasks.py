"""What the worker does about requests for an account by itself: forget them in time."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs.tasks import every
from portal.signups.operations.forgetting import forget_decided

KEEP_DAYS = 90
"""Days after the decision for which names and addresses are kept, unless `PORTAL_SIGN_UP_DAYS` says another number."""


@every(3600, "signups.forget")
def forget_sign_ups(session: Session, config: Mapping[str, Any]) -> None:
    """Forget who asked, some time after it was decided."""
    forget_decided(session, dt.timedelta(days=float(config.get("PORTAL_SIGN_UP_DAYS", KEEP_DAYS))))
