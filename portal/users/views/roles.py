"""The list of roles, and the page of one."""

from flask import Response, request

from portal.core.db import db
from portal.core.keyset import read_position
from portal.users.editing import laid_out
from portal.users.models import Role
from portal.users.queries.roles import BY_NAME, count_roles, holders_of, page_of_roles, role_with, rules_of
from portal.users.views import bp
from portal.users.wording import action_words, as_json, role_name, subject_words
from portal.web.access import current_ability, load, requires
from portal.web.htmx import page
from portal.web.lists import pager

SHOWN_HOLDERS = 100
bp.add_app_template_global(action_words, "action_words")
bp.add_app_template_global(as_json, "as_json")
bp.add_app_template_global(subject_words, "subject_words")
bp.add_app_template_filter(role_name, "role_name")


@bp.get("")
@requires("read", "Role")
def list_roles() -> Response:
    """The roles, by name, with how many hold each."""
    ability = current_ability()
    roles = page_of_roles(db.session(), ability, read_position(request.args.get("at"), BY_NAME))
    pages = pager(roles, count_roles(db.session(), ability), {})
    return page("users/list_roles.html", "roles", roles=roles, pager=pages)


@bp.get("/<int:role_id>")
@requires("read", "Role")
def show_role(role_id: int) -> Response:
    """One role: what it allows, and who holds it."""
    role = load(role_with(role_id), "read", Role)
    layout = laid_out(rules_of(role))
    holders = holders_of(db.session(), role, SHOWN_HOLDERS + 1)
    return page(
        "users/show_role.html",
        role=role,
        allowed=[
            (subject, [action_words(action) for action in actions]) for subject, actions in layout.simply
        ],
        rules=layout.rows,
        holders=holders[:SHOWN_HOLDERS],
        more=len(holders) > SHOWN_HOLDERS,
    )
