"""Whose desk it is."""

from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk.queries.shop import Shop, shop_of
from portal.web.access import current_person


def own_shop() -> Shop:
    """The vendor who is signed in. Raises NotFound for who is none."""
    found = shop_of(db.session(), current_person().uuid)
    if found is None:
        raise NotFound
    return found
