"""The same of what needs attention at the offramps."""

from uuid import UUID

from sqlalchemy import select

from portal.offramp.operations.attention import raise_attention
from portal.offramp.watching import OfframpAttention
from tests.house.ground import Calls, Ground
from tests.offramp.requests import add_provider


def add_attention(g: Ground) -> UUID:
    """A provider that is down."""
    raise_attention(g.session, "DOWN", provider=add_provider(g.session).uuid)
    found: UUID = g.session.scalars(select(OfframpAttention.uuid)).one()
    return found


CALLS: Calls = {
    "offramp.settle_attention": (
        "UPDATE tbl_offramp_attention",
        lambda g: g.post(f"/offramps/attention/{add_attention(g)}/settle", note="It is back."),
    ),
    "offramp.edit_patience": (
        "INSERT tbl_settings",
        lambda g: g.post("/offramps/attention/patience", hours="12"),
    ),
}
