"""What the list of requests can be narrowed to: providers and projects that the reader may know of; chains, tokens and
payout lists that there are requests of."""

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
from portal.offramp.queries.provider import providers_to_see
from portal.offramp.watching import OfframpSum
from portal.payouts.queries.lists import paid_lists
from portal.projects.queries.choosing import projects_to_see

Option = tuple[UUID, str]


@dataclass(frozen=True)
class Options:
    """Providers and projects that can be chosen; every chain and token that a request was made for; and the payout
    lists that were paid last."""

    providers: Offer
    projects: Offer
    chains: tuple[str, ...]
    tokens: tuple[str, ...]
    lists: tuple[Option, ...]


def options(session: Session, ability: Ability, *, provider: str = "", project: str = "") -> Options:
    """What the reader can choose among, who typed these names, or named these uuids."""
    words = while_unchanged(session, (options, ability), lambda: _ask(session, ability))
    return Options(
        kept_offer(session, providers_to_see, ability, provider),
        kept_offer(session, projects_to_see, ability, project),
        *words,
    )


def _ask(session: Session, ability: Ability) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Option, ...]]:
    rows = session.connection().execute(_statement(ability)).all()
    chains, tokens = (tuple(row.name for row in rows if row.kind == kind) for kind in ("chain", "token"))
    return chains, tokens, tuple((row.uuid, row.name) for row in rows if row.kind == "list")


@lru_cache(64)
def _statement(ability: Ability) -> CompoundSelect[*tuple[Any, ...]]:
    lists = paid_lists(ability).subquery()
    nothing = cast(null(), Uuid)
    words = [
        _of(kind, nothing, cast(column, Text)).distinct().order_by(column)
        for kind, column in (("chain", OfframpSum.chain), ("token", OfframpSum.token))
    ]
    parts = (*words, _of("list", lists.c.uuid, lists.c.name))
    return union_all(*(select(part.subquery()) for part in parts))


def _of(kind: str, uuid: Any, name: Any) -> Select[*tuple[Any, ...]]:
    return select(literal(kind).label("kind"), uuid.label("uuid"), name.label("name"))


def name_of_person(session: Session, uuid: UUID, ability: Ability) -> str:
    """What somebody is called, as this reader may know it; their reference where they may not know of them."""
    name = personal_data(ability).shown(BeneficiaryPii.name, masked_words(BeneficiaryPii.name))
    statement = select(name).join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
    return session.scalar(
        ability.accessible(statement.where(Beneficiary.uuid == uuid), "read", Beneficiary)
    ) or str(uuid)
