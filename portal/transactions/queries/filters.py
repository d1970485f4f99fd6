"""What a filter of the list means. The filter travels as a value, from the URL to totals and an export."""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import chosen_people
from portal.beneficiaries.queries.search import Needle, read_needle
from portal.core.abilities import Ability
from portal.core.enums import TransactionStatus
from portal.transactions.models import Transaction


@dataclass(frozen=True)
class TransactionFilter:
    """Which transactions a list shows. An empty field does not narrow.

    `q` is a transaction's reference, or what finds its person in the list of people. Amounts and days include both
    ends; days are those of UTC. `payout_list` is the list that they came with.
    """

    q: str = ""
    project: UUID | None = None
    vendor: UUID | None = None
    beneficiary: UUID | None = None
    payout_list: UUID | None = None
    status: tuple[TransactionStatus, ...] = ()
    currency: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    created_from: dt.date | None = None
    created_to: dt.date | None = None

    @property
    def needle(self) -> Needle | None:
        """What the search box asks for."""
        return read_needle(self.q)

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, field.name) not in ("", (), None) for field in fields(self))


def where(chosen: TransactionFilter, ability: Ability) -> list[ColumnElement[bool]]:
    """The conditions of a filter on Transaction, but for its being live.

    A search finds only the transactions of people whom this reader would find by it, so that it never tells more than
    the list of people does.
    """
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (Transaction.project_id, chosen.project),
        (Transaction.vendor_id, chosen.vendor),
        (Transaction.beneficiary_id, chosen.beneficiary),
        (Transaction.payout_list_id, chosen.payout_list),
        (Transaction.currency, chosen.currency),
    ):
        if value:
            conditions.append(column == value)
    if chosen.status:
        one, *others = chosen.status
        conditions.append(Transaction.status.in_(chosen.status) if others else Transaction.status == one)
    if chosen.amount_from is not None:
        conditions.append(Transaction.amount >= chosen.amount_from)
    if chosen.amount_to is not None:
        conditions.append(Transaction.amount <= chosen.amount_to)
    if chosen.created_from:
        conditions.append(Transaction.created_at >= _begin(chosen.created_from))
    if chosen.created_to:
        conditions.append(Transaction.created_at < _begin(chosen.created_to + dt.timedelta(days=1)))
    if needle := chosen.needle:
        conditions.append(_about(needle, chosen.q, ability))
    return conditions


def _begin(day: dt.date) -> dt.datetime:
    """The first moment of a day. A comparison with the day itself could not use an index under the table's policy."""
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


def _about(needle: Needle, typed: str, ability: Ability) -> ColumnElement[bool]:
    people = chosen_people(PeopleFilter(q=typed), ability).with_only_columns(
        Beneficiary.uuid, maintain_column_froms=True
    )
    # A list joins the person of each row as well; these are others.
    of_people = Transaction.beneficiary_id.in_(people.correlate(None))
    return or_(Transaction.uuid == needle.uuid, of_people) if needle.uuid else of_people
