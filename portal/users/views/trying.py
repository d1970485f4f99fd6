"""Trying what a user may do, and by which rule."""

from uuid import UUID

from flask import Response, request

from portal.core.db import db
from portal.users.models import User
from portal.users.queries.held import ability_of, answers, roles_held, user_to_try, users_called
from portal.users.subjects import EVERYTHING, SUBJECTS, actions_on
from portal.users.views import bp
from portal.web.access import authorise, current_ability, load, requires
from portal.web.htmx import page
from portal.web.lists import here

LONGEST = 100


@bp.get("/try")
@requires("read", "Role")
def try_roles() -> Response:
    """Pick a user, and see what they may do."""
    authorise("read", "User")
    words = request.args.get("q", "")[:LONGEST].replace("\0", "").strip()
    chosen = _uuid(request.args.get("user"))
    if chosen is None:
        users = users_called(db.session(), current_ability(), words)
        return page("users/try_roles.html", "answer", q=words, users=users, user=None)
    user = load(user_to_try(chosen), "read", User)
    ability = ability_of(db.session(), user)
    asked = [(action, subject) for subject in (EVERYTHING, *SUBJECTS) for action in actions_on(subject)]
    found = answers(db.session(), ability, asked)
    whole = request.args.get("all") == "1"
    return page(
        "users/try_roles.html",
        "answer",
        q=words,
        users=[],
        user=user,
        roles=roles_held(db.session(), user),
        answers=[answer for answer in found if whole or answer.rules],
        kinds=[
            {
                "count": sum(bool(answer.rules) for answer in found),
                "url": here({"user": [str(user.uuid)]}),
                "current": not whole,
            },
            {"count": len(found), "url": here({"user": [str(user.uuid)]}, all="1"), "current": whole},
        ],
    )


def _uuid(given: str | None) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        return None
