"""Categories and channels: added and changed."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.forms.settings import CategoryForm, ChannelForm
from portal.grievances.many import Kind
from portal.grievances.models import GrievanceCategory
from portal.grievances.operations import terms as operations
from portal.grievances.queries import settings as queries
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.verdicts import Order, Verdict, try_order
from portal.grievances.views import bp
from portal.grievances.wording import priority_words, term
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other

Facts = Sequence[tuple[str, str]]
"""What others saved meanwhile, for who wanted to save something else: names and values."""


@bp.route("/settings/categories/new", methods=["GET", "POST"])
@requires("update", "Setting")
def add_category() -> Response:
    """Add a category."""
    form = CategoryForm(data={"priority": "NORMAL", "is_active": True})

    def add() -> None:
        operations.add_category(db.session(), form.facts(), form.uuid_for(current_person().uuid))

    return _done_or_asked("grievances/add_category.html", form, add, _("The category is there."))


@bp.route("/settings/categories/<uuid:category_uuid>", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_category(category_uuid: UUID) -> Response:
    """Rename a category, put it away, say how urgent and how sensitive its cases are. Of one that is sensitive, the
    cases that came before and are open to everybody are offered to be made sensitive by one deed."""
    found = db.session.scalars(queries.category_with(category_uuid)).one_or_none()
    if found is None:
        raise NotFound
    form = CategoryForm(obj=found)
    if not form.is_submitted():
        form.version.data = queries.state_of_category(found)

    def change() -> None:
        operations.change_category(db.session(), category_uuid, form.facts(), form.version.data or "")

    def saved() -> Facts:
        db.session.refresh(found)
        form.version.data = queries.state_of_category(found)
        return [
            (_("Name"), term(found.name)),
            (_("Priority that its cases begin with"), priority_words(found.priority)),
            (_("Its cases are sensitive"), _yes(found.is_sensitive)),
            (_("In use"), _yes(found.is_active)),
        ]

    def onwards() -> str:
        if _left_open(found):
            return url_for("grievances.edit_category", category_uuid=category_uuid)
        return url_for("grievances.show_settings")

    return _done_or_asked(
        "grievances/edit_category.html",
        form,
        change,
        _("The category is changed."),
        saved,
        onwards,
        category_uuid=category_uuid,
        name=term(found.name),
        left_open=_left_open(found),
    )


@bp.route("/settings/channels/new", methods=["GET", "POST"])
@requires("update", "Setting")
def add_channel() -> Response:
    """Add a channel."""
    form = ChannelForm()
    del form.is_active

    def add() -> None:
        operations.add_channel(db.session(), form.name.data or "", form.uuid_for(current_person().uuid))

    return _done_or_asked("grievances/add_channel.html", form, add, _("The channel is there."))


@bp.route("/settings/channels/<uuid:channel_uuid>", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_channel(channel_uuid: UUID) -> Response:
    """Rename a channel, put it away or bring it back."""
    found = db.session.scalars(queries.channel_with(channel_uuid)).one_or_none()
    if found is None:
        raise NotFound
    form = ChannelForm(obj=found)
    if not form.is_submitted():
        form.version.data = queries.state_of_channel(found)

    def change() -> None:
        operations.change_channel(
            db.session(),
            channel_uuid,
            form.name.data or "",
            bool(form.is_active.data),
            form.version.data or "",
        )

    def saved() -> Facts:
        db.session.refresh(found)
        form.version.data = queries.state_of_channel(found)
        return [(_("Name"), term(found.name)), (_("In use"), _yes(found.is_active))]

    return _done_or_asked(
        "grievances/edit_channel.html",
        form,
        change,
        _("The channel is changed."),
        saved,
        channel_uuid=channel_uuid,
        name=term(found.name),
    )


def _left_open(category: GrievanceCategory) -> int:
    """How many cases of a sensitive category the reader could still make sensitive."""
    ability = current_ability()
    if not category.is_sensitive or not ability.can("update", "Grievance"):
        return 0
    order = Order(Kind.SENSITIVE, CaseFilter(category=category.uuid))
    return try_order(db.session(), order, ability).get(Verdict.APPLIES.value, 0)


def _yes(value: bool) -> str:
    return str(_("yes") if value else _("no"))


def _done_or_asked(
    template: str,
    form: PortalForm,
    deed: Callable[[], None],
    words: str,
    saved: Callable[[], Facts] | None = None,
    onwards: Callable[[], str] | None = None,
    **context: Any,
) -> Response:
    """Do what the form says and lead `onwards`, or back to all settings; or ask once more, with what others `saved`
    meanwhile."""
    stale: Facts = ()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            deed()
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            status = refusal.status
            if saved is not None and isinstance(refusal, Conflict):
                stale = saved()
        else:
            db.session.commit()
            flash(words, "success")
            return see_other(onwards() if onwards else url_for("grievances.show_settings"))
    return page(template, form=form, stale=stale, status=status, **context)
