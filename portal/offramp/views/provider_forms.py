"""Adding a provider and changing one, by a form made of what its adapter declares."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.client.registry import KINDS, Kind
from portal.offramp.forms.provider import AddForm, EditForm, shaped, shown
from portal.offramp.models import OfframpProvider
from portal.offramp.operations import providers as operations
from portal.offramp.queries.provider import provider_with
from portal.offramp.views import bp
from portal.offramp.views.providers import locked
from portal.web.access import current_person, load, requires
from portal.web.htmx import page, see_other

Saved = list[tuple[str, Any]]
"""What others saved meanwhile: labels and values."""


@bp.get("/providers/new")
@requires("create", "OfframpProvider")
def choose_adapter() -> Response:
    """Ask how the new provider is spoken to."""
    return page("offramp/choose_adapter.html", kinds=[(slug(kind), kind) for kind in KINDS.values()])


@bp.route("/providers/new/<adapter>", methods=["GET", "POST"])
@requires("create", "OfframpProvider")
def add_provider(adapter: str) -> Response:
    """Add a provider; sent twice, it is added once."""
    kind = {slug(one): one for one in KINDS.values()}.get(adapter)
    if kind is None:
        raise NotFound
    form: AddForm = shaped(AddForm, kind)(data=shown(kind, {}))
    if not form.validate_on_submit():
        return _ask_new(form, kind, 422 if form.is_submitted() else 200)
    person, session = current_person(), db.session()
    uuid = form.uuid_for(person.uuid)
    if session.scalar(provider_with(uuid)) is None:
        try:
            operations.add_provider(session, kind, form.told(), current_app.config, by=person.id, uuid=uuid)
        except Refusal as refusal:
            session.rollback()
            if (
                session.scalar(provider_with(uuid)) is None
            ):  # else the same form, sent at the same time, was first
                form.refuse(refusal)
                return _ask_new(form, kind, refusal.status)
        else:
            session.commit()
            flash(
                _("The provider is there, at rest. Try out its connection, then put it to work."), "success"
            )
    return see_other(url_for("offramp.show_provider", provider_uuid=uuid))


@bp.route("/providers/<uuid:provider_uuid>/edit", methods=["GET", "POST"])
@requires("update", "OfframpProvider")
def edit_provider(provider_uuid: UUID) -> Response:
    """Change a provider. Who filled in the form from an older state sees both, and only secrets are typed again."""
    found = locked(provider_uuid, "update")
    kind, session = KINDS[found.adapter], db.session()
    form = _form(found, kind)
    if not form.validate_on_submit():
        return _ask_edit(found, form, 422 if form.is_submitted() else 200)
    try:
        changed = operations.change_provider(
            session,
            found,
            form.told(),
            current_app.config,
            version=form.version_seen,
            by=current_person().id,
        )
    except Refusal as refusal:
        session.rollback()
        found = load(provider_with(provider_uuid), "update", OfframpProvider)
        form.refuse(refusal)
        if not isinstance(refusal, Conflict):
            return _ask_edit(found, form, refusal.status)
        form.version.data = str(found.version)  # who sends it once more has seen the other values
        return _ask_edit(found, form, refusal.status, _differing(found, kind, form))
    session.commit()
    said = _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed.")
    flash(said, "success")
    return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))


def slug(kind: Kind) -> str:
    """A kind as it stands in an address."""
    return kind.key.lower().replace("_", "-")


def _form(found: OfframpProvider, kind: Kind) -> EditForm:
    data = {
        **shown(kind, found.config),
        "name": found.name,
        "description": found.description,
        "version": str(found.version),
    }
    form: EditForm = shaped(EditForm, kind, found.config)(data=data)
    return form


def _differing(found: OfframpProvider, kind: Kind, form: EditForm) -> Saved:
    """What others saved where something else was typed; of secrets nothing is said."""
    now = {"name": found.name, "description": found.description, **shown(kind, found.config)}
    return [
        (form[name].label.text, value)
        for name, value in now.items()
        if (value or "") != (form[name].data or "")
    ]


def _ask_new(form: AddForm, kind: Kind, status: int) -> Response:
    form.ask_again()
    return page("offramp/add_provider.html", form=form, kind=kind, adapter=slug(kind), status=status)


def _ask_edit(found: OfframpProvider, form: EditForm, status: int, now: Saved | None = None) -> Response:
    form.ask_again()
    kind = KINDS[found.adapter]
    return page("offramp/edit_provider.html", found=found, kind=kind, form=form, now=now or [], status=status)
