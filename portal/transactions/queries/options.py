"""What the list of transactions can be narrowed to: projects, vendors, currencies and payout lists that the reader may
know of."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.choosing import Offer, kept_offer
from portal.core.unchanged import while_unchanged
from portal.projects.queries.choosing import projects_to_see
from portal.transactions.models import TransactionSum
from portal.vendors.queries.at_work import vendors_to_see

Choices = Callable[[Ability], Select[UUID, str]]
_lists: list[Choices] = []


def offer_lists(paid: Choices) -> None:
    """Let the module of payout lists, which lies above, say by which of them one can narrow."""
    _lists.append(paid)


@dataclass(frozen=True)
class Options:
    """Projects, vendors and payout lists that can be chosen, and the currencies in which anything was ever paid."""

    projects: Offer
    vendors: Offer
    lists: Offer
    currencies: tuple[str, ...]


def options(
    session: Session, ability: Ability, *, project: str = "", vendor: str = "", payout_list: str = ""
) -> Options:
    """What the reader can choose among, who typed these names, or named these uuids."""
    return Options(
        kept_offer(session, projects_to_see, ability, project),
        kept_offer(session, vendors_to_see, ability, vendor),
        kept_offer(session, _lists[0], ability, payout_list) if _lists else Offer(()),
        while_unchanged(session, (options,), lambda: _currencies(session)),
    )


def _currencies(session: Session) -> tuple[str, ...]:
    code = cast(TransactionSum.currency, Text)
    return tuple(session.connection().execute(select(code).distinct().order_by(code)).scalars())
