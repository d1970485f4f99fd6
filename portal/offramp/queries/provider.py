"""One provider, and those that somebody can choose among: SELECTs of uuid and name, for `core.choosing`."""

from uuid import UUID

from sqlalchemy import Select, select

from portal.core.abilities import Ability
from portal.offramp.models import OfframpProvider, OfframpRequest


def provider_with(uuid: UUID) -> Select[OfframpProvider]:
    """The provider with this uuid, unless it was deleted."""
    return select(OfframpProvider).where(OfframpProvider.uuid == uuid, OfframpProvider.deleted_at.is_(None))


def provider_of(offramp: UUID) -> Select[OfframpProvider]:
    """The provider of a request, also one that was put aside or deleted meanwhile: what is under way is followed."""
    return (
        select(OfframpProvider)
        .join(OfframpRequest, OfframpRequest.provider_id == OfframpProvider.uuid)
        .where(OfframpRequest.uuid == offramp)
    )


def providers_to_see(ability: Ability) -> Select[UUID, str]:
    """The providers that this person may know of."""
    return ability.accessible(_named(), "read", OfframpProvider)


def providers_at_work(ability: Ability) -> Select[UUID, str]:
    """Those of them that take requests now."""
    return providers_to_see(ability).where(OfframpProvider.is_active)


def providers_to_state() -> Select[UUID, str]:
    """All of them: a statement is taken by who looks after all requests."""
    return _named()


def _named() -> Select[UUID, str]:
    return select(OfframpProvider.uuid, OfframpProvider.name).where(OfframpProvider.deleted_at.is_(None))
