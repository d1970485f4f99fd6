"""One user's page: who they are, what they may do, how they sign in, where they are signed in."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response

from portal.auth.queries.sessions import live_sessions
from portal.auth.views.sessions import device_name
from portal.core.db import db
from portal.staff.queries.one_user import (
    HeldRole,
    WayIn,
    names_by_uuid,
    roles_held,
    second_factor_since,
    ways_in,
)
from portal.staff.queries.options import names_of_projects
from portal.staff.states import UserState
from portal.staff.views import bp
from portal.staff.views.loading import user_to
from portal.users.models import User
from portal.users.operations.users import DEACTIVATION
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "User")
def show_user(uuid: UUID) -> Response:
    """All there is of one user."""
    session, ability, person = db.session(), current_ability(), current_person()
    user = user_to("read", uuid)
    ways, roles = ways_in(session, user), roles_held(session, user.id)
    left: dict[str, Any] = (user.extras or {}).get(DEACTIVATION) or {}
    return page(
        "staff/show_user.html",
        user=user,
        state=_state(user, ways),
        left=left,
        names=names_by_uuid(session, [user.created_by, left.get("by")]),
        ways=ways,
        roles=list(_told(roles)),
        second_factor=second_factor_since(session, user.id),
        sessions=[
            {"row": row, "device": device_name(row.user_agent), "here": row.id == person.session_id}
            for row in live_sessions(session, user.id)
        ],
        own=user.id == person.id,
        may_edit=ability.can("update", user),
        may_remove=ability.can("delete", user),
    )


def _state(user: User, ways: list[WayIn]) -> UserState:
    """The same as `state_of` says of a row of the list."""
    if user.deleted_at is not None:
        return UserState.DEACTIVATED
    if any(way.locked_until for way in ways):
        return UserState.LOCKED
    return UserState.ACTIVE if any(way.last_used for way in ways) else UserState.INVITED


def _told(roles: list[HeldRole]) -> Iterator[dict[str, Any]]:
    """Each role with the names of the projects that limit it, and how many more there are than the reader sees."""
    wanted = {uuid for role in roles for uuid in role.projects or ()}
    names = names_of_projects(db.session(), wanted, current_ability()) if wanted else {}
    for role in roles:
        seen = sorted(names[uuid] for uuid in role.projects or () if uuid in names)
        yield {"role": role, "projects": seen, "unseen": len(role.projects or ()) - len(seen)}
