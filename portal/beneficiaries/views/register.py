"""Registering somebody new, after a look at who may be the same person."""

from collections.abc import Sequence

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.facts import PersonFacts
from portal.beneficiaries.forms.person import RegisterForm
from portal.beneficiaries.operations.people import TAKEN, register, registered
from portal.beneficiaries.queries.alike import Alike, people_alike
from portal.beneficiaries.queries.holders import Holder, holders
from portal.beneficiaries.queries.joining import groups_to_join
from portal.beneficiaries.views import bp
from portal.beneficiaries.wording import reason_words, score_words
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.queries.choosing import open_projects
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Beneficiary")
def register_beneficiary() -> Response:
    """Somebody new. Who looks like them is shown first; the same form sent twice leads to the same person."""
    form = _form()
    if form.asks_for_a_row:
        form.extras.offer_row()
        return _ask(form, 200)
    if not form.validate_on_submit():
        return _ask(form, 422 if form.is_submitted() else 200)
    uuid, facts, ability = form.uuid_for(current_person().uuid), form.facts(), current_ability()
    if not registered(db.session(), uuid):
        taken = holders(db.session(), facts, ability)
        alike = people_alike(db.session(), facts, ability)
        if _refused(form, facts, taken, alike):
            return _ask(form, 422, taken, alike)
        try:
            register(db.session(), facts, ability, uuid=uuid, **form.chosen)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            return _ask(_offered(form), refusal.status, holders(db.session(), facts, ability))
        db.session.commit()
    flash(_("%(name)s is registered.", name=facts.name or _("The person")), "success")
    return see_other(url_for("beneficiaries.show_beneficiary", uuid=uuid))


def _form() -> RegisterForm:
    form = _offered(RegisterForm())
    if request.method == "GET":
        form.extras.offer_row()
    return form


def _offered(form: RegisterForm) -> RegisterForm:
    ability = current_ability()
    form.offer(
        among(groups_to_join(ability)),
        among(open_projects(ability)),
        {
            "group": url_for("groups.suggest_names", field="group", may="update"),
            "project": url_for("projects.suggest_names", field="project"),
        },
        must_choose=not ability.everywhere("create", "Beneficiary"),
    )
    return form


def _refused(form: RegisterForm, facts: PersonFacts, taken: Sequence[Holder], alike: Sequence[Alike]) -> bool:
    """Say at its field why this person cannot be registered yet; whether there is anything of the kind."""
    for holder in taken:
        if holder.mark in TAKEN:
            form.refuse(Refusal(TAKEN[holder.mark], field=holder.mark))
    if not form.errors and (alike or taken) and not form.all_the_same.data:
        form.refuse(
            Refusal(
                "Look at who is registered or was deleted, and tick the box if this is somebody else.",
                field="all_the_same",
            )
        )
    return bool(form.errors)


def _ask(
    form: RegisterForm, status: int, taken: Sequence[Holder] = (), alike: Sequence[Alike] = ()
) -> Response:
    known = {one.person.uuid for one in alike}
    return page(
        "beneficiaries/register_beneficiary.html",
        "extras",
        status=status,
        form=form,
        here_url=url_for("beneficiaries.register_beneficiary"),
        known={},
        untouched={},
        taken=[holder for holder in taken if holder.uuid not in known],
        alike=alike,
        reason_words=reason_words,
        score_words=score_words,
    )
