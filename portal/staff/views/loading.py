"""The user that a page is about, if the reader may do to them what it is for."""

from uuid import UUID

from flask import request

from portal.core.db import db
from portal.core.errors import Refusal
from portal.staff.operations.standing import check_may_manage
from portal.staff.queries.one_user import grants_of
from portal.users.models import User
from portal.users.queries.users import the_user
from portal.web.access import current_person, load


def user_to(action: str, uuid: UUID) -> User:
    """The user, if the reader may do `action` to them. Raises NotFound.

    A request that may change them locks them: nobody else does so until its transaction ends.
    """
    return load(the_user(uuid, locked=request.method == "POST"), action, User)


def managed_user(uuid: UUID) -> User:
    """Somebody else into whose account the reader is about to reach.

    Raises NotFound, and Refusal for oneself and for a user who may do more than the reader.
    """
    user, person = user_to("update", uuid), current_person()
    if user.id == person.id:
        raise Refusal("This is your own account: open your profile from the menu with your name.")
    check_may_manage(person, user, grants_of(db.session(), user.id))
    return user
