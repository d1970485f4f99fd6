"""Where a vendor is, as exactly as the reader may know it: a shop is often somebody's home as well.

Who may locate people anywhere may locate vendors, who belong to no single project; everybody knows their own place. All
others get hundredths of a degree, about a kilometre.
"""

from typing import NamedTuple

from portal.core.abilities import Ability
from portal.core.person import Person
from portal.vendors.models import Vendor

DECIMALS = 2


class Place(NamedTuple):
    """Degrees north and east; not `exact` where they were rounded for the reader."""

    latitude: float
    longitude: float
    exact: bool


def locates(ability: Ability) -> bool:
    """Whether who has this ability may know exactly where vendors are."""
    return ability.can("locate", "BeneficiaryPii")


def knows_place(person: Person, vendor: Vendor) -> bool:
    """Whether somebody may know exactly where this vendor is."""
    return person.uuid == vendor.uuid or locates(person.ability)


def place_of(vendor: Vendor, person: Person) -> Place | None:
    """Where a vendor is, for this reader; None where nobody has said."""
    if vendor.latitude is None or vendor.longitude is None:
        return None
    if knows_place(person, vendor):
        return Place(vendor.latitude, vendor.longitude, True)
    return Place(round(vendor.latitude, DECIMALS), round(vendor.longitude, DECIMALS), False)
