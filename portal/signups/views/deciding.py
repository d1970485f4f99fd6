"""One request: who asks and why, and deciding about it."""

import datetime as dt
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.auth.letters import send_invitation
from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.projects.queries.choosing import projects_to_see
from portal.signups.forms import ApproveForm, ApproveVendorForm, RejectForm
from portal.signups.kinds import Kind
from portal.signups.letters import tell_rejected
from portal.signups.models import SignUp
from portal.signups.operations import deciding
from portal.signups.queries.signups import people_of, sign_up_with
from portal.signups.views import bp
from portal.staff.operations.roles import check_end
from portal.staff.queries.options import roles_with_rules
from portal.users.models import Role, User
from portal.users.wording import role_name
from portal.web.access import authorise, current_ability, current_person, load, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.get("/sign-ups/<uuid:uuid>")
@requires("read", "SignUp")
def show_sign_up(uuid: UUID) -> Response:
    """What somebody wrote, and what became of it. That the reader looked is on record."""
    return _show(load(sign_up_with(uuid), "read", SignUp))


@bp.post("/sign-ups/<uuid:uuid>/approve")
@requires("update", "SignUp")
def approve_sign_up(uuid: UUID) -> Response:
    """Make a user of a request, and invite them."""
    sign_up = _to_decide(uuid)
    if sign_up.kind == Kind.VENDOR:
        return _approve_vendor(sign_up)
    roles, form = _approve_form()
    if not form.validate_on_submit():
        return _show(sign_up, approving=form, status=422)
    try:
        check_end(form.ends_at(), dt.datetime.now(dt.UTC))
        user = deciding.approve(
            db.session(),
            current_person(),
            uuid,
            [role for role in roles if role.id in (form.roles.data or ())],
            form.ends_at(),
            form.chosen_projects(),
        )
        if user is not None:
            send_invitation(db.session(), user)
    except Conflict:
        raise
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(
            Refusal(refusal.message, "roles" if refusal.field == "role" else refusal.field, **refusal.params)
        )
        return _show(_to_decide(uuid), approving=form, status=422)
    return _made(uuid, user)


def _approve_vendor(sign_up: SignUp) -> Response:
    """Make a vendor of a request, and invite them."""
    uuid, form = sign_up.uuid, ApproveVendorForm()
    if not form.validate_on_submit():
        return _show(sign_up, approving=form, status=422)
    approved = form.standing.data == "approved"
    try:
        user = deciding.approve_vendor(db.session(), current_person(), uuid, approved=approved)
        if user is not None:
            send_invitation(db.session(), user)
    except Conflict:
        raise
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _show(_to_decide(uuid), approving=form, status=refusal.status)
    return _made(uuid, user)


def _made(uuid: UUID, user: User | None) -> Response:
    db.session.commit()
    if user is None:
        flash(_("The account could not be made. The request says why."), "danger")
    else:
        flash(_("The account is made, and the person is invited."), "success")
    return see_other(url_for("signups.show_sign_up", uuid=uuid))


@bp.post("/sign-ups/<uuid:uuid>/reject")
@requires("update", "SignUp")
def reject_sign_up(uuid: UUID) -> Response:
    """Turn a request down; the person is told why."""
    sign_up = _to_decide(uuid)
    form = RejectForm()
    if not form.validate_on_submit():
        return _show(sign_up, rejecting=form, status=422)
    tell_rejected(db.session(), deciding.reject(db.session(), uuid, form.reason.data or ""))
    db.session.commit()
    flash(_("The request is turned down, and the person is told why."), "success")
    return see_other(url_for("signups.show_sign_up", uuid=uuid))


def _to_decide(uuid: UUID) -> SignUp:
    sign_up = load(sign_up_with(uuid), "read", SignUp)
    authorise("update", sign_up)
    return sign_up


def _approve_form() -> tuple[list[Role], ApproveForm]:
    """The form with the roles and projects that the reader may see, and those roles with their rules."""
    ability = current_ability()
    roles = list(roles_with_rules(db.session(), ability))
    form = ApproveForm()
    form.roles.choices = [(role.id, role_name(role.name)) for role in roles]
    form.offer_projects(among(projects_to_see(ability)))
    return roles, form


def _show(
    sign_up: SignUp,
    approving: ApproveForm | ApproveVendorForm | None = None,
    rejecting: RejectForm | None = None,
    status: int = 200,
) -> Response:
    may_decide = current_ability().can("update", sign_up)
    approver, user_uuid = people_of(db.session(), sign_up)
    can_approve = may_decide and sign_up.status in ("PENDING", "FAILED") and bool(sign_up.data)
    if can_approve and approving is None:
        approving = ApproveVendorForm() if sign_up.kind == Kind.VENDOR else _approve_form()[1]
    response = page(
        "signups/show_sign_up.html",
        sign_up=sign_up,
        approver=approver,
        user_uuid=user_uuid,
        approving=approving if can_approve else None,
        rejecting=(rejecting or RejectForm()) if may_decide and sign_up.status == "PENDING" else None,
        status=status,
    )
    if sign_up.data:
        note_look(
            "tbl_users_signups", str(sign_up.uuid), [name for name, said in sign_up.data.items() if said]
        )
        db.session.commit()
    return response
