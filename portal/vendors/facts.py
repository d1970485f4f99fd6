"""What is known of one vendor, as typed values that a form gives and an operation stores."""

from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class VendorFacts:
    """One vendor. `phone` is E.164, `email` folded, `wallet` an address in EIP-55's spelling, None for one out of the
    pool; latitude and longitude in degrees, both or neither; `contact` is who answers there."""

    name: str
    contact: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    location: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    wallet: str | None = None


FACTS = tuple(fact.name for fact in fields(VendorFacts))
"""The names of all facts, in the order in which a form asks for them."""

OF_USER = frozenset({"name", "phone", "email"})
"""Facts that are the user's, and repeated in the vendor's row."""

OWN = ("contact", "location", "latitude", "longitude")
"""What vendors say of themselves. Name and wallet others change, e-mail and phone they prove in their profile."""
