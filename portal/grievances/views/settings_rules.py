"""The rules by which new cases find somebody."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.grievances.forms.settings import RuleForm
from portal.grievances.operations import ruling as operations
from portal.grievances.queries import settings as queries
from portal.grievances.views import bp
from portal.grievances.wording import term
from portal.users.roles import spoken
from portal.web.access import current_person, requires
from portal.web.htmx import page, see_other


@bp.route("/settings/rules/new", methods=["GET", "POST"])
@requires("update", "Setting")
def add_rule() -> Response:
    """Add a rule behind all others."""
    session = db.session()
    form = RuleForm()
    form.offer(
        projects=queries.projects_to_rule(session),
        categories=[(str(one.uuid), term(one.name)) for one in queries.categories(session) if one.is_active],
        users=queries.colleagues(session),
        roles=[(key, _(spoken(name))) for key, name in queries.roles_of_cases(session)],
    )
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            operations.add_rule(session, form.uuid_for(current_person().uuid), **form.chosen())
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
        else:
            session.commit()
            flash(_("The rule is there. It is asked for cases that come from now on."), "success")
            return see_other(url_for("grievances.show_settings"))
    return page("grievances/add_rule.html", form=form, status=status)


@bp.post("/settings/rules/<uuid:rule_uuid>/raise")
@requires("update", "Setting")
def raise_rule(rule_uuid: UUID) -> Response:
    """Ask a rule before the one that was asked before it."""
    operations.raise_rule(db.session(), rule_uuid)
    db.session.commit()
    return see_other(url_for("grievances.show_settings"))


@bp.post("/settings/rules/<uuid:rule_uuid>/delete")
@requires("update", "Setting")
def delete_rule(rule_uuid: UUID) -> Response:
    """Take a rule away."""
    operations.remove_rule(db.session(), rule_uuid)
    db.session.commit()
    flash(_("The rule is taken away."), "success")
    return see_other(url_for("grievances.show_settings"))
