"""Telling people by message what became of their account, so that they hear of what they have not done."""

from typing import Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.letters import address_for, reach, write
from portal.core.enums import Service
from portal.core.person import Person
from portal.messages.purposes import name_purpose
from portal.users.models import User
from portal.web.labels import label
from portal.web.links import outside

METHOD = "method"

SECOND_FACTOR = "second_factor"

name_purpose(METHOD, _l("Sign-in method changed"))
name_purpose(SECOND_FACTOR, _l("Second factor changed"))


def tell_of_method(
    session: Session, person: Person, became: Literal["linked", "unlinked"], service: Service
) -> None:
    """Tell somebody that they can sign in in one way more or less: by e-mail, else by SMS, else not at all."""
    who = Identifier(Service.EMAIL, person.email) if person.email else None
    if who is None and (user := session.get(User, person.id)) and user.phone:
        who = Identifier(Service.PHONE, user.phone)
    if who is not None:
        write(
            session,
            address_for(who),
            METHOD,
            person.id,
            name=person.name,
            became=became,
            service=label(service),
            url=outside("auth.list_methods"),
        )


def tell_of_second_factor(
    session: Session, user_id: int, became: Literal["on", "off", "reset", "codes", "used"]
) -> None:
    """Tell somebody what became of their second factor and its recovery codes; nobody is told where one has no
    address."""
    user = session.get_one(User, user_id)
    write(
        session,
        reach(user.email, user.phone),
        SECOND_FACTOR,
        user_id,
        name=user.name,
        became=became,
        url=outside("auth.change_password"),
    )
