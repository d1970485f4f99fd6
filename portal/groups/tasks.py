"""What of groups runs in the background: adding very many people."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.core.errors import Refusal
from portal.groups.models import SavedFilter
from portal.groups.operations.filling import run_filter
from portal.jobs.tasks import Progress, work
from portal.users.models import User
from portal.users.queries.held import ability_of

FILL = "groups.fill"
MOST_AT_ONCE = 5_000
"""As many people join within a request; more are added by a job."""


@work(FILL, _l("Adding people to a group"), labels={"added": _l("Added")})
def fill(
    progress: Progress, filter: str, by: int, keep: bool = True, link: str | None = None
) -> dict[str, Any]:
    """Add who matches a kept filter to its group, by what the user with the id `by` may do now; all in one commit.

    A filter that nobody wanted to `keep` is forgotten with it.
    """
    session = db.session()
    kept = session.get(SavedFilter, UUID(filter), with_for_update=True)
    user = session.get(User, by)
    if kept is None or user is None or user.deleted_at is not None:
        raise Refusal("The filter, or whoever asked for this, is no longer here.")
    ability = ability_of(session, user)
    if not ability.can("update", "BeneficiaryGroup"):
        raise Refusal("Whoever asked for this may no longer change groups.")
    progress.step("Adding the people")
    added = run_filter(session, kept, ability)
    if not keep:
        session.delete(kept)
    result = {"added": added}
    progress.finish_with(session, result)
    session.commit()
    return result
