"""What the list of transactions can be narrowed to: projects, vendors, currencies and payout lists that the reader may
know of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, Text, Uuid, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.choosing import Offer, kept_offer
from portal.core.unchanged import while_unchanged
from portal.projects.queries.choosing import projects_to_see
from portal.transactions.models import TransactionSum
from portal.vendors.queries.at_work import vendors_to_see

Option = tuple[UUID, str]
_lists: list[Callable[[Ability], Select[*tuple[Any, ...]]]] = []


def offer_lists(newest: Callable[[Ability], Select[*tuple[Any, ...]]]) -> None:
    """Let the module of payout lists, which lies above, say by which of them one can narrow: a statement of uuid and
    name, with an order and a limit."""
    _lists.append(newest)


@dataclass(frozen=True)
class Options:
    """Projects and vendors that can be chosen, the currencies in which anything was ever paid, and the newest payout
    lists."""

    projects: Offer
    vendors: Offer
    currencies: tuple[str, ...]
    lists: tuple[Option, ...]


def options(session: Session, ability: Ability, *, project: str = "", vendor: str = "") -> Options:
    """What the reader can choose among, who typed these names, or named these uuids."""
    currencies, lists = while_unchanged(session, (options, ability), lambda: _ask(session, ability))
    return Options(
        kept_offer(session, projects_to_see, ability, project),
        kept_offer(session, vendors_to_see, ability, vendor),
        currencies,
        lists,
    )


def _ask(session: Session, ability: Ability) -> tuple[tuple[str, ...], tuple[Option, ...]]:
    rows = session.connection().execute(_statement(ability)).all()
    return (
        tuple(row.name for row in rows if row.kind == "currency"),
        tuple((row.uuid, row.name) for row in rows if row.kind == "list"),
    )


@lru_cache(64)
def _statement(ability: Ability) -> CompoundSelect[*tuple[Any, ...]]:
    nothing = cast(null(), Uuid).label("uuid")
    code = cast(TransactionSum.currency, Text).label("name")
    currencies = select(literal("currency").label("kind"), nothing, code).distinct().order_by(code)
    lists = (newest(ability).subquery() for newest in _lists)
    of_lists = (select(literal("list").label("kind"), part.c.uuid, part.c.name) for part in lists)
    return union_all(select(currencies.subquery()), *of_lists)


def name_of_person(session: Session, uuid: UUID, ability: Ability) -> str:
    """What somebody is called, as this reader may know it; their reference where they may not know of them."""
    name = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    statement = select(name).join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
    return session.scalar(
        ability.accessible(statement.where(Beneficiary.uuid == uuid), "read", Beneficiary)
    ) or str(uuid)
