"""Whose desk it is."""

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.vendors.models import Vendor
from portal.web.access import current_person


def own_shop() -> Vendor:
    """The vendor who is signed in: the one with the user's uuid. Raises NotFound for who is none."""
    own = select(Vendor).where(Vendor.uuid == current_person().uuid, Vendor.deleted_at.is_(None))
    found = db.session.scalars(own).one_or_none()
    if found is None:
        raise NotFound
    return found
