"""What the list of requests can be narrowed to: providers, projects, chains, tokens and payout lists that there are
requests of."""

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
from portal.core.unchanged import while_unchanged
from portal.offramp.models import OfframpProvider
from portal.offramp.watching import OfframpSum
from portal.payouts.queries.lists import paid_lists
from portal.projects.models import Project

MOST = 500

Option = tuple[UUID, str]


@dataclass(frozen=True)
class Options:
    """Providers and projects by name, at most 500 each; every chain and token that a request was made for; and the
    payout lists that were paid last."""

    providers: tuple[Option, ...]
    projects: tuple[Option, ...]
    chains: tuple[str, ...]
    tokens: tuple[str, ...]
    lists: tuple[Option, ...]


def options(session: Session, ability: Ability) -> Options:
    """What the reader can choose among, in one statement."""
    return while_unchanged(session, (options, ability), lambda: _ask(session, ability))


def _ask(session: Session, ability: Ability) -> Options:
    rows = session.connection().execute(_statement(ability)).all()

    def named(kind: str) -> tuple[Option, ...]:
        return tuple((row.uuid, row.name) for row in rows if row.kind == kind)

    def said(kind: str) -> tuple[str, ...]:
        return tuple(row.name for row in rows if row.kind == kind)

    return Options(named("provider"), named("project"), said("chain"), said("token"), named("list"))


@lru_cache(64)
def _statement(ability: Ability) -> CompoundSelect[*tuple[Any, ...]]:
    providers = _of("provider", OfframpProvider.uuid, OfframpProvider.name).where(
        OfframpProvider.deleted_at.is_(None)
    )
    projects = _of("project", Project.uuid, Project.name).where(Project.deleted_at.is_(None))
    lists = paid_lists(ability).subquery()
    nothing = cast(null(), Uuid)
    words = [
        _of(kind, nothing, cast(column, Text)).distinct().order_by(column)
        for kind, column in (("chain", OfframpSum.chain), ("token", OfframpSum.token))
    ]
    parts = (
        ability.accessible(providers, "read", OfframpProvider).order_by(OfframpProvider.name).limit(MOST),
        ability.accessible(projects, "read", Project).order_by(Project.name).limit(MOST),
        *words,
        _of("list", lists.c.uuid, lists.c.name),
    )
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
