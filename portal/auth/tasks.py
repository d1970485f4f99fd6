"""What is forgotten in time: ended sessions, links and codes that ran out, counts of what is limited."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.auth.operations.sessions import forget_old_sessions
from portal.auth.operations.tokens import forget_old_tokens
from portal.core.rates import forget_old_counts
from portal.jobs.tasks import every


@every(3600, "auth.forget")
def forget(session: Session, _config: Mapping[str, Any]) -> None:
    """Forget what nobody needs any more; see `limits` for how long it is kept."""
    forget_old_sessions(session)
    forget_old_tokens(session)
    forget_old_counts(session)
