"""Whose desk it is."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.vendors.models import Vendor


def shop_of(session: Session, user: UUID) -> Vendor | None:
    """The vendor who is this user: the two have one uuid. None for who is no vendor, or none any more."""
    own = select(Vendor).where(Vendor.uuid == user, Vendor.deleted_at.is_(None))
    found: Vendor | None = session.scalars(own).one_or_none()
    return found
