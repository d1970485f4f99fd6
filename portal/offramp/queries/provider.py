"""One provider."""

from uuid import UUID

from sqlalchemy import Select, select

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
