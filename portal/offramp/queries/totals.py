"""What a list of requests comes to, by token and status."""

from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.summing import Summed, Totals
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.filters import RequestFilter, where
from portal.offramp.queries.listing import chosen_requests
from portal.offramp.watching import OfframpSum

_SUMMED = Summed[RequestFilter](
    OfframpRequest,
    OfframpSum,
    "token",
    ("projectId", "providerId", "chain", "token", "status"),
    chosen_requests,
    where,
)


def totals_of(session: Session, chosen: RequestFilter, ability: Ability, *, further: bool = False) -> Totals:
    """What the filter's requests come to, of those the reader may see; all of them with `further`."""
    return _SUMMED.totals(session, chosen, ability, further=further, lasting=not chosen.of_now)
