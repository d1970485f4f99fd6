"""What people type at the door to say who they are: an e-mail address or a phone number."""

from dataclasses import dataclass

from portal.core.enums import Service
from portal.users.emails import fold_email
from portal.users.phones import fold_phone

OWN_SERVICES = (Service.EMAIL, Service.PHONE)
"""The ways to sign in that need nobody else: by an address of one's own, with the password or a code."""


@dataclass(frozen=True)
class Identifier:
    """A way to sign in, as `tbl_auth` names it: unique in service and serviceId."""

    service: Service
    service_id: str


def identifier_of(typed: str, region: str) -> Identifier:
    """What somebody typed, read as an e-mail address where it has an @, else as a phone number.

    What is neither is an identifier all the same, which nobody has: so it costs what an unknown one costs.
    """
    if "@" in typed:
        return Identifier(Service.EMAIL, fold_email(typed))
    return Identifier(Service.PHONE, fold_phone(typed, region) or typed.strip())
