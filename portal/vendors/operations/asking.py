"""Making a vendor of a request that came by the public form."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.core.errors import Overreach
from portal.core.person import Person
from portal.users.models import User
from portal.vendors.facts import VendorFacts
from portal.vendors.operations.registry import make_vendor
from portal.vendors.queries.vendor import user_of


def make_of_request(session: Session, person: Person, said: Mapping[str, Any], *, approved: bool) -> User:
    """The user of a new vendor, who signs in by e-mail and phone; the caller sends the invitation.

    Raises Overreach where the person may not make or approve vendors, Refusal at its field where an address or a wallet
    is somebody else's.
    """
    for action in ("create", *(("approve",) if approved else ())):
        if not person.ability.can(action, "Vendor"):
            raise Overreach(
                "You may not do this to vendors. Ask an administrator.", action=action, subject="Vendor"
            )
    facts = VendorFacts(
        name=said["organisation"],
        contact=said["name"],
        phone=said["phone"],
        email=said["email"],
        location=said["place"],
        wallet=said["wallet"],
    )
    vendor = make_vendor(session, person, facts, uuid=uuid4(), approved=approved, signs_in=True)
    user = user_of(session, vendor.uuid)
    if user is None:
        raise LookupError("a vendor was made without a user")
    return user
