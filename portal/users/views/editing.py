"""Making and editing roles: their facts, ticks for what is simply allowed, rows for the rest."""

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from portal.core.abilities.checking import FACTS
from portal.core.abilities.subjects import field_names, model_named
from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.users.editing import laid_out, moved
from portal.users.forms import RoleForm, row_of
from portal.users.models import Role
from portal.users.operations import roles as operations
from portal.users.queries.roles import role_with, rules_of
from portal.users.subjects import EVERYTHING, SUBJECTS, actions_on
from portal.users.views import bp
from portal.web.access import current_person, load, requires
from portal.web.htmx import page, see_other

FACT_FIELDS = ("name", "expiry", "demands_second_factor", "export_limit")


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Role")
def new_role() -> Response:
    """Make a role, from nothing or with the rules of another one (`like`)."""
    if request.method == "GET":
        return _show(None, _copied(request.args.get("like", type=int)))
    form = RoleForm()
    if do := request.form.get("do"):
        return _show(None, _rearranged(form, do))
    if form.validate_on_submit():
        try:
            role = operations.make_role(db.session(), current_person(), form.facts(), form.all_rules())
        except Refusal as refusal:
            return _refused(None, form, refusal)
        db.session.commit()
        flash(_("The role is made. Give it to people on their pages."), "success")
        return see_other(url_for("users.show_role", role_id=role.id))
    return _show(None, form, status=422)


@bp.route("/<int:role_id>/edit", methods=["GET", "POST"])
@requires("update", "Role")
def edit_role(role_id: int) -> Response:
    """Change a role. Its holders feel it at their next click."""
    writes = request.method == "POST" and "do" not in request.form
    role = load(role_with(role_id, locked=writes), "update", Role)
    if request.method == "GET":
        return _show(role, _filled(role))
    form = RoleForm()
    if do := request.form.get("do"):
        return _show(role, _rearranged(form, do))
    if not form.validate_on_submit():
        return _show(role, form, status=422)
    try:
        operations.edit_role(
            db.session(), current_person(), role, form.facts(), form.all_rules(), form.version_seen
        )
    except Conflict as conflict:
        return _overtaken(role, form, conflict)
    except Refusal as refusal:
        return _refused(role, form, refusal)
    db.session.commit()
    flash(_("The role is saved. It counts from the next click of who holds it."), "success")
    return see_other(url_for("users.show_role", role_id=role_id))


def _copied(role_id: int | None) -> RoleForm:
    if role_id is None:
        return RoleForm(formdata=None)
    layout = laid_out(rules_of(load(role_with(role_id), "read", Role)))
    return RoleForm(formdata=None, allow=layout.ticks, rules=[row_of(rule) for rule in layout.rows])


def _filled(role: Role) -> RoleForm:
    layout = laid_out(rules_of(role))
    return RoleForm(
        formdata=None,
        name=role.name,
        expiry=to_user_timezone(role.expiry).replace(tzinfo=None) if role.expiry else None,
        demands_second_factor=role.demands_second_factor,
        export_limit=role.export_limit,
        version=role.version,
        allow=layout.ticks,
        rules=[row_of(rule) for rule in layout.rows],
    )


def _rearranged(form: RoleForm, do: str) -> RoleForm:
    """The form as typed, its rows after the press of one of their buttons; nothing is saved yet."""
    rows = moved([row.form.data for row in form.rules], do)
    again = RoleForm(formdata=None, allow=form.allow.data, version=form.version.data, rules=rows)
    for name in FACT_FIELDS:
        again[name].data, again[name].raw_data = form[name].data, form[name].raw_data
    return again


def _refused(role: Role | None, form: RoleForm, refusal: Refusal) -> Response:
    db.session.rollback()
    form.refuse(refusal)
    return _show(role, form, status=refusal.status)


def _overtaken(role: Role, form: RoleForm, conflict: Conflict) -> Response:
    """Both are shown: what was saved meanwhile, and what was typed, which is still in the form."""
    form.refuse(conflict)
    now = _filled(role)
    saved, typed = rules_of(role), form.all_rules()
    differing = {
        "facts": [now[name] for name in FACT_FIELDS if now[name].data != form[name].data],
        "only_saved": [rule for rule in saved if rule not in typed],
        "only_typed": [rule for rule in typed if rule not in saved],
        "order": sorted(map(repr, saved)) == sorted(map(repr, typed)) and saved != typed,
    }
    form.version.data = str(role.version)  # who sends it once more has seen the other values
    form.version.raw_data = None
    return _show(role, form, status=409, differing=differing)


def _show(
    role: Role | None, form: RoleForm, status: int = 200, differing: dict[str, Any] | None = None
) -> Response:
    subjects = {row.form.subject.data for row in form.rules}
    models = {subject: model_named(subject) for subject in sorted(subjects & set(SUBJECTS))}
    return page(
        "users/edit_role.html" if role else "users/new_role.html",
        role=role,
        held=role is not None and role.name in current_person().role_names,
        form=form,
        differing=differing,
        matrix=[(subject, actions_on(subject)) for subject in (EVERYTHING, *SUBJECTS)],
        fields={subject: field_names(model) for subject, model in models.items() if model is not None},
        facts=list(FACTS),
        status=status,
    )
