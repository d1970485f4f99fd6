"""Sending a payout list, in the background: a request for each payment that has none. One commit, or nothing."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.tasks import Progress, work
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.from_lists import ListTerms, make_from_list
from portal.offramp.queries.lists import list_with, standing_of
from portal.payouts.models import PayoutList
from portal.users.queries.held import acting

SEND = "offramp.send_list"


@work(SEND, _l("Sending a payout list"), labels={"requests": _l("Requests made")})
def send_list(progress: Progress, payout_list: str, terms: dict[str, str], by: int) -> dict[str, Any]:
    """Make the requests, by what the user with the id `by` may do now. Begun again it adds only what has none."""
    session, uuid = db.session(), UUID(payout_list)
    _user, ability = acting(session, by)
    found = session.scalar(ability.accessible(list_with(uuid), "read", PayoutList))
    wanted = None if found is None else OfframpRequest(project_id=found.project_id, payout_list_id=uuid)
    if wanted is None or not ability.can("create", wanted):
        raise Refusal("You may not send this list.")
    progress.step("Making the requests", standing_of(session, uuid).number)
    others = {name: said for name, said in terms.items() if name != "provider"}
    told = ListTerms(provider=UUID(terms["provider"]), **others)
    result = {"requests": make_from_list(session, uuid, told, by=by)}
    progress.finish_with(session, result)
    session.commit()
    return result
