"""What somebody has to look at: raised once, as long as it is not settled."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.offramp.watching import OfframpAttention


def raise_attention(
    session: Session,
    kind: str,
    *,
    provider: UUID | None = None,
    offramp: UUID | None = None,
    callback: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Say that somebody has to look at this; nothing where that is said and not settled yet. `facts` names nobody."""
    adding = insert(OfframpAttention).values(
        kind=kind,
        provider_id=provider,
        offramp_id=offramp,
        callback_id=callback,
        facts=dict(facts) if facts else None,
    )
    session.execute(adding.on_conflict_do_nothing())
