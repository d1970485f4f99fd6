"""The registry of providers: all of them, and what is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpProvider, OfframpRequest, ProviderHealth
from portal.offramp.watching import OfframpSum

OPEN = (OfframpStatus.PENDING, OfframpStatus.PROCESSING)
MOST_FAILED = 1_000
"""Beyond so many it is enough to know that there are more."""


@dataclass(frozen=True)
class Listed:
    """A provider in the list: how it is doing, and how many requests to it wait or are under way."""

    provider: OfframpProvider
    health: ProviderHealth | None
    open: int


def list_providers(session: Session, ability: Ability, *, deleted: bool = False) -> Sequence[Listed]:
    """The providers that the reader may see, by name; the deleted ones instead where they are asked for."""
    number = (
        select(func.coalesce(func.sum(OfframpSum.number), 0))
        .where(OfframpSum.provider_id == OfframpProvider.uuid, OfframpSum.status.in_(OPEN))
        .scalar_subquery()
    )
    wanted = (
        select(OfframpProvider, ProviderHealth, number)
        .outerjoin(ProviderHealth, ProviderHealth.provider_id == OfframpProvider.uuid)
        .where(OfframpProvider.deleted_at.is_not(None) if deleted else OfframpProvider.deleted_at.is_(None))
        .order_by(func.lower(OfframpProvider.name), OfframpProvider.id)
    )
    rows = session.execute(ability.accessible(wanted, "read", OfframpProvider))
    return [Listed(provider, health, int(open_)) for provider, health, open_ in rows]


def any_provider(uuid: UUID) -> Select[OfframpProvider]:
    """The provider with this uuid, also if it was deleted."""
    return select(OfframpProvider).where(OfframpProvider.uuid == uuid)


def provider_named(session: Session, name: str) -> OfframpProvider | None:
    """The provider of this name, also if it was deleted."""
    return session.scalar(select(OfframpProvider).where(OfframpProvider.name == name))


def health_of(session: Session, uuid: UUID) -> ProviderHealth | None:
    """How a provider is doing, where anything is known of that."""
    return session.get(ProviderHealth, uuid, populate_existing=True)


def open_requests(session: Session, uuid: UUID) -> int:
    """How many requests to a provider are not over: they wait, are under way, or failed and may be tried again.

    Of those that failed, at most 1,001 are counted.
    """
    by_status = dict(
        session.execute(
            select(OfframpSum.status, func.sum(OfframpSum.number))
            .where(OfframpSum.provider_id == uuid)
            .group_by(OfframpSum.status)
        ).all()
    )
    number = sum(int(by_status.get(status, 0)) for status in OPEN)
    if not by_status.get(OfframpStatus.FAILED):
        return number
    failed = (
        select(OfframpRequest.id)
        .where(
            OfframpRequest.status == OfframpStatus.FAILED,
            OfframpRequest.deleted_at.is_(None),
            OfframpRequest.ended_at.is_(None),
            OfframpRequest.provider_id == uuid,
        )
        .limit(MOST_FAILED + 1)
    )
    return number + (session.scalar(select(func.count()).select_from(failed.subquery())) or 0)
