"""What a filter of the list means. The filter travels as a value, from the URL to totals and an export."""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, any_, cast, func, or_, select, union_all
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.beneficiaries.queries.search import Needle, read_needle, stands_in, stands_in_name
from portal.core.abilities import Ability
from portal.core.enums import OfframpStatus
from portal.offramp.finding import RECEIVER, UNREGISTERED
from portal.offramp.models import OfframpAttempt, OfframpRequest, OfframpTransaction
from portal.offramp.queries.columns import reads_receiver, reveals_phone
from portal.offramp.watching import OfframpSum


@dataclass(frozen=True)
class RequestFilter:
    """Which requests a list shows. An empty field does not narrow.

    `q` is any name of a request (ours, the provider's, the reference of a try, the hash of its transfer), what finds
    its person in the list of people, or the name or phone of who is on no record. Amounts and days include both ends;
    days are those of UTC. `stuck` are hours: only what has been under way for as long.
    """

    q: str = ""
    status: tuple[OfframpStatus, ...] = ()
    provider: UUID | None = None
    project: UUID | None = None
    chain: str = ""
    token: str = ""
    payout_list: UUID | None = None
    beneficiary: UUID | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    created_from: dt.date | None = None
    created_to: dt.date | None = None
    stuck: int | None = None

    @property
    def needle(self) -> Needle | None:
        """What the search box asks for."""
        return read_needle(self.q)

    @property
    def of_now(self) -> bool:
        """Whether what it finds changes though nobody writes anything, as time goes on."""
        return self.stuck is not None

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, field.name) not in ("", (), None) for field in fields(self))


def where(chosen: RequestFilter, ability: Ability) -> list[ColumnElement[bool]]:
    """The conditions of a filter on OfframpRequest, but for its being live."""
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (OfframpRequest.provider_id, chosen.provider),
        (OfframpRequest.project_id, chosen.project),
        (OfframpRequest.chain, chosen.chain),
        (OfframpRequest.token, chosen.token),
        (OfframpRequest.payout_list_id, chosen.payout_list),
        (OfframpRequest.beneficiary_id, chosen.beneficiary),
    ):
        if value:
            conditions.append(column == value)
    if chosen.status:
        one, *others = chosen.status
        conditions.append(
            OfframpRequest.status.in_(chosen.status) if others else OfframpRequest.status == one
        )
    if chosen.amount_from is not None:
        conditions.append(OfframpRequest.amount >= chosen.amount_from)
    if chosen.amount_to is not None:
        conditions.append(OfframpRequest.amount <= chosen.amount_to)
    if chosen.created_from:
        conditions.append(OfframpRequest.created_at >= _begin(chosen.created_from))
    if chosen.created_to:
        conditions.append(OfframpRequest.created_at < _begin(chosen.created_to + dt.timedelta(days=1)))
    if chosen.stuck is not None:
        conditions += under_way_for(chosen.stuck)
    if needle := chosen.needle:
        conditions.append(OfframpRequest.uuid.in_(_named(needle, chosen.q, ability)))
    return conditions


def under_way_for(hours: int) -> list[ColumnElement[bool]]:
    """What was handed to a provider so many hours ago or earlier, and has not ended."""
    since = func.now() - func.make_interval(0, 0, 0, 0, hours)
    return [OfframpRequest.status == OfframpStatus.PROCESSING, OfframpRequest.status_at <= since]


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


_NAMED = OfframpRequest.__table__.alias()
_CHAINS = cast(
    select(func.array_append(func.array_agg(OfframpSum.chain.distinct()), "")).scalar_subquery(), ARRAY(TEXT)
)


def _named(needle: Needle, typed: str, ability: Ability) -> CompoundSelect[UUID]:
    """The uuids of the requests that are called so, or whose person is. Each name has its index.

    A search finds only the requests to people whom this reader would find by it, so that it never tells more than the
    list of people does.
    """
    name = typed.strip()
    people = chosen_people(PeopleFilter(q=typed), ability).with_only_columns(
        Beneficiary.uuid, maintain_column_froms=True
    )
    request = _NAMED
    parts = [
        select(request.c.uuid).where(request.c.requestId == name),
        select(OfframpAttempt.offramp_id).where(OfframpAttempt.reference_id == name),
        select(request.c.uuid)
        .join(OfframpTransaction, OfframpTransaction.request_id == request.c.requestId)
        .where(
            func.coalesce(OfframpTransaction.chain, "") == any_(_CHAINS),
            OfframpTransaction.tx_hash.in_({name, name.lower()}),
        ),
        select(request.c.uuid).where(request.c.beneficiaryId.in_(people.correlate(None))),
    ]
    if needle.personal:
        parts.append(_to_the_unregistered(needle, ability))
    if needle.uuid:
        parts.append(select(cast(needle.uuid, UuidType)))
    return union_all(*parts)


def _to_the_unregistered(needle: Needle, ability: Ability) -> Select[UUID]:
    """The uuids of the requests to people who are on no record: found by a name only where this reader is told the
    name, and by a phone only where they may have it whole, as it is with those who are on one."""
    found = select(OfframpRequest.uuid).where(
        UNREGISTERED,
        reads_receiver(ability),
        or_(reveals_phone(ability), stands_in_name(RECEIVER, needle)),
        stands_in(RECEIVER, needle),
    )
    return found.correlate(None)
