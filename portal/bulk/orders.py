"""A bulk action as a value: what is to be done, to whom, with what."""

from dataclasses import dataclass
from uuid import UUID

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import unpacked
from portal.bulk.kinds import NEEDS, Kind
from portal.bulk.models import BulkAction
from portal.core.errors import Refusal


@dataclass(frozen=True)
class Order:
    """What is to be done. Of `group`, `project`, `value` and `reason` the kind says which one has to be there."""

    kind: Kind
    chosen: PeopleFilter
    group: UUID | None = None
    project: UUID | None = None
    value: str | None = None
    reason: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all is told that the kind needs to know."""
        told = NEEDS[self.kind].told
        return told is None or getattr(self, told) is not None


def order_of(action: BulkAction) -> Order:
    """The action's order. Raises Refusal where its filter is forgotten, or is one that no list knows any more."""
    try:
        chosen = unpacked(action.filter) if action.filter is not None else None
    except ValueError:
        chosen = None
    if chosen is None:
        raise Refusal("Whom this was about is no longer known. Choose the people anew.")
    return Order(Kind(action.kind), chosen, action.group_id, action.project_id, action.value, action.reason)
