"""Deleting a role, and taking it from who holds it."""

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.users.forms import DeleteForm
from portal.users.models import Role
from portal.users.operations import roles as operations
from portal.users.queries.roles import Holder, holders_of, role_with
from portal.users.views import bp
from portal.web.access import current_person, load, requires
from portal.web.htmx import page, see_other

NAMED = 50


@bp.route("/<int:role_id>/delete", methods=["GET", "POST"])
@requires("delete", "Role")
def delete_role(role_id: int) -> Response:
    """Ask whether a role is to go, naming who has it, and delete it."""
    form = DeleteForm()
    role = load(role_with(role_id, locked=form.is_submitted()), "delete", Role)
    holders = holders_of(db.session(), role)
    if not form.validate_on_submit():
        return _ask(role, holders, form)
    if form.take.data and form.seen.data != seen(holders):
        form.refuse(Refusal("Who holds this role has changed. Look again."))
        return _ask(role, holders, form, status=409)
    name = role.name
    try:
        operations.delete_role(db.session(), current_person(), role, holders, take=bool(form.take.data))
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(role, holders, form, status=refusal.status)
    db.session.commit()
    flash(_("The role %(name)s is deleted.", name=name), "success")
    return see_other(url_for("users.list_roles"))


def seen(holders: list[Holder]) -> str:
    """Whom a page named, so that nobody loses a role to a page that did not."""
    return " ".join(str(holder.id) for holder in sorted(holders, key=lambda one: one.id))


def _ask(role: Role, holders: list[Holder], form: DeleteForm, status: int = 200) -> Response:
    return page(
        "users/delete_role.html",
        role=role,
        holders=holders[:NAMED],
        number=len(holders),
        seen=seen(holders),
        form=form,
        status=status,
    )
