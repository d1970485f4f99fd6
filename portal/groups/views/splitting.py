"""Splitting a group by a column: a preview with counts, and then one group for each value."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from portal.core.errors import Refusal
from portal.groups.forms import SplitForm
from portal.groups.operations import splitting
from portal.groups.queries.splitting import EXTRAS, Split, shares_of
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.web.access import authorise, current_ability, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.get("/<uuid:uuid>/split")
@requires("update", "BeneficiaryGroup")
def show_split(uuid: UUID) -> Response:
    """Choose a column, and see which groups it would make."""
    group, form = group_to("update", uuid), SplitForm(request.args)
    if "by" not in request.args:
        return _show(group, SplitForm(MultiDict()), 200)
    return _show(group, form, 200 if form.validate() and _split(form) else 422, preview=True)


@bp.post("/<uuid:uuid>/split")
@requires("create", "BeneficiaryGroup")
def split_group(uuid: UUID) -> Response:
    """Make the groups that the preview showed."""
    group, ability = group_to("update", uuid), current_ability()
    authorise("create", "BeneficiaryGroup")
    form, sent = SplitForm(request.form), PortalForm()
    split = _split(form) if form.validate() and sent.validate_on_submit() else None
    if split is None:
        return _show(group, form, 422, preview=True)
    seen = request.form.get("seen", "")
    try:
        made = splitting.split_group(
            db.session(), group, split, int(seen) if seen.isascii() and seen.isdecimal() else -1, ability
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(group, form, refusal.status, preview=True)
    db.session.commit()
    flash(ngettext("%(num)s group was made.", "%(num)s groups were made.", len(made)), "success")
    return see_other(url_for("groups.list_groups", q=group.name, sort="name"))


def _split(form: SplitForm) -> Split | None:
    """What a valid form asks for; None where the column of their own is not named."""
    if form.by.data == EXTRAS and not form.key.data:
        form.refuse(Refusal("Say which column.", "key"))
        return None
    return Split(form.by.data, form.key.data or "" if form.by.data == EXTRAS else "")


def _show(group: BeneficiaryGroup, form: SplitForm, status: int, *, preview: bool = False) -> Response:
    shares: list[Any] = []
    if preview and not form.errors and not form.form_errors:
        shares = shares_of(db.session(), group, Split(form.by.data, form.key.data or ""), current_ability())
        try:
            splitting.check_shares(shares)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return page(
        "groups/split_group.html", group=group, form=form, shares=shares, preview=preview, status=status
    )
