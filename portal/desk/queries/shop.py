"""Whose desk it is."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.vendors.models import Vendor


class Shop(NamedTuple):
    """What the desk says of its vendor, and how they can be reached."""

    uuid: UUID
    name: str
    phone: str | None
    email: str | None


OWN = select(Vendor.uuid, Vendor.name, Vendor.phone, Vendor.email).where(
    Vendor.uuid == bindparam("user", type_=Vendor.uuid.type), Vendor.deleted_at.is_(None)
)


def shop_of(session: Session, user: UUID) -> Shop | None:
    """The vendor who is this user: the two have one uuid. None for who is no vendor, or none any more."""
    found = session.connection().execute(OWN, {"user": user}).one_or_none()
    return Shop(*found) if found else None
