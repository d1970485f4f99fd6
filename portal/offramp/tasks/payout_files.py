"""Payout files for very many orders, in the background: file by file, each of them one commit."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.tasks import Progress, work
from portal.offramp.models import OfframpProvider
from portal.offramp.operations.filing import make_file
from portal.offramp.queries.provider import provider_with
from portal.users.queries.held import acting

FILES = "offramp.payout_files"


@work(FILES, _l("Making payout files"), labels={"files": _l("Files"), "orders": _l("Orders")})
def make_files(progress: Progress, provider: str, by: int) -> dict[str, Any]:
    """Put what waits into files, by what the user with the id `by` may do now. Begun again it goes on with what is
    left: what stands in a file stays there."""
    session, uuid = db.session(), UUID(provider)
    _user, ability = acting(session, by)
    wanted = ability.accessible(provider_with(uuid), "read", OfframpProvider).with_for_update()
    progress.step("Writing payout files")
    result = {"files": 0, "orders": 0}
    while True:
        found = session.scalar(wanted)
        if found is None:
            raise Refusal("You may not see this provider any more.")
        try:
            file = make_file(session, found, ability, by=by)
        except Refusal:  # nothing waits any more
            session.rollback()
            break
        result = {"files": result["files"] + 1, "orders": result["orders"] + file.orders}
        session.commit()
        progress.advance(result["orders"])
    progress.finish_with(session, result)
    session.commit()
    return result
