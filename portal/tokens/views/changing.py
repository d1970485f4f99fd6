"""Putting tokens into the registry, changing them and taking them out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.audit.wording import table_name
from portal.core.db import db
from portal.core.enums import TokenDataType
from portal.core.errors import Conflict, Refusal
from portal.tokens import operations
from portal.tokens.forms import CreatedForm, EditForm, NewForm, values_of
from portal.tokens.models import Token
from portal.tokens.queries import token_with, uses_of
from portal.tokens.views import bp
from portal.web.access import current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Token")
def new_token() -> Response:
    """Put a token into the registry that was made for this programme."""
    return _added(CreatedForm(), TokenDataType.CREATED, "tokens/new_token.html")


@bp.route("/import", methods=["GET", "POST"])
@requires("create", "Token")
def import_token() -> Response:
    """Put a token into the registry that is there already, by its address."""
    return _added(NewForm(), TokenDataType.IMPORTED, "tokens/import_token.html")


def _added(form: NewForm, kind: TokenDataType, template: str) -> Response:
    """Ask for a token, or add it; sent twice, it is added once."""
    if not form.validate_on_submit():
        return page(template, status=422 if form.is_submitted() else 200, form=form)
    person, session = current_person(), db.session()
    uuid = form.uuid_for(person.uuid)
    if session.scalar(token_with(uuid)) is not None:
        return see_other(url_for("tokens.show_token", uuid=uuid))
    try:
        operations.add_token(session, form.facts(kind), by=person.id, uuid=uuid)
    except Refusal as refusal:
        session.rollback()
        if session.scalar(token_with(uuid)) is not None:  # the same form, sent at the same time, was first
            return see_other(url_for("tokens.show_token", uuid=uuid))
        form.refuse(refusal)
        return page(template, status=refusal.status, form=form)
    session.commit()
    flash(_("The token is in the registry. Budgets and payouts can be counted in it."), "success")
    return see_other(url_for("tokens.show_token", uuid=uuid))


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "Token")
def edit_token(uuid: UUID) -> Response:
    """Change a token. Who filled in the form from an older state sees both, and nothing typed is lost."""
    statement = token_with(uuid)
    if request.method == "POST":
        statement = statement.with_for_update().execution_options(populate_existing=True)
    token = load(statement, "update", Token)
    form = EditForm(data={**values_of(token), "version": str(token.version)})
    if not form.validate_on_submit():
        return _ask_edit(token, form, 422 if form.is_submitted() else 200)
    session = db.session()
    try:
        changed = operations.edit_token(
            session, token, form.facts(token.type), version=form.version_seen, by=current_person().id
        )
    except Refusal as refusal:
        session.rollback()
        token = load(token_with(uuid), "update", Token)
        form.refuse(refusal)
        if not isinstance(refusal, Conflict):
            return _ask_edit(token, form, refusal.status)
        form.version.data = str(token.version)  # who sends it once more has seen the other values
        return _ask_edit(token, form, refusal.status, _differing(token, form))
    session.commit()
    said = _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed.")
    flash(said, "success")
    return see_other(url_for("tokens.show_token", uuid=uuid))


@bp.route("/<uuid:uuid>/delete", methods=["GET", "POST"])
@requires("delete", "Token")
def delete_token(uuid: UUID) -> Response:
    """Say in what a token is used; where it is in nothing, ask whether it is to go, and take it out."""
    statement = token_with(uuid)
    if request.method == "POST":
        statement = statement.with_for_update().execution_options(populate_existing=True)
    token, form = load(statement, "delete", Token), PortalForm()
    if not form.validate_on_submit():
        return _ask_delete(token, form, 422 if form.is_submitted() else 200)
    symbol = token.symbol
    try:
        operations.delete_token(db.session(), token)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask_delete(token, form, refusal.status)
    db.session.commit()
    flash(_("The token %(symbol)s is taken out of the registry.", symbol=symbol), "success")
    return see_other(url_for("tokens.list_tokens"))


def _differing(token: Token, form: EditForm) -> Sequence[tuple[Any, Any]]:
    """What others saved where something else was typed: labels and values."""
    return [
        (form[name].label.text, value)
        for name, value in values_of(token).items()
        if str(value or "") != str(form[name].data or "")
    ]


def _ask_edit(token: Token, form: EditForm, status: int, now: Sequence[tuple[Any, Any]] = ()) -> Response:
    return page("tokens/edit_token.html", status=status, token=token, form=form, now=now)


def _ask_delete(token: Token, form: PortalForm, status: int) -> Response:
    uses = [table_name(name) for name in uses_of(db.session(), token.symbol)]
    return page("tokens/delete_token.html", status=status, token=token, form=form, uses=uses)
