"""Changing how a case is described, so that nobody overwrites unseen what somebody else has saved meanwhile."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.grievances.forms.case import EditForm
from portal.grievances.models import Grievance
from portal.grievances.operations import editing
from portal.grievances.operations.editing import FACTS, Stale
from portal.grievances.queries.case import knows_reporter
from portal.grievances.queries.making import categories_in_use, name_of_category
from portal.grievances.views import bp
from portal.grievances.views.frame import case_page, may_change, me
from portal.grievances.wording import priority_words, term, type_words
from portal.web.access import current_ability, requires
from portal.web.htmx import see_other

REPORTER = ("reported_by", "reporter_contact")


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "Grievance")
def edit_case(uuid: UUID) -> Response:
    """Change title, category, priority, type and who complained. Who was late sees both values; nothing is lost."""
    case = may_change(uuid)
    form = _form(case)
    if not form.is_submitted():
        form.show_seen({name: getattr(case, name) for name in form.facts})
        return case_page("grievances/edit_case.html", uuid, form=form, now={})
    if not form.validate():
        return case_page("grievances/edit_case.html", uuid, form=form, now={}, status=422)
    try:
        changed = editing.edit_case(db.session(), uuid, form.values(), form.read_seen(), me())
    except Stale as stale:
        db.session.rollback()
        form.refuse(stale)
        # Who sends it once more has seen what the others saved.
        form.show_seen({name: getattr(may_change(uuid), name) for name in form.facts})
        return case_page("grievances/edit_case.html", uuid, form=form, now=_by_now(stale.now), status=409)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return case_page("grievances/edit_case.html", uuid, form=form, now={}, status=refusal.status)
    db.session.commit()
    flash(
        _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed."),
        "success",
    )
    return see_other(url_for("grievances.show_case", uuid=uuid))


def _form(case: Grievance) -> EditForm:
    """The form as this editor gets it: without who complained, where they may not know it."""
    facts = {name: getattr(case, name) for name in FACTS}
    facts["type"], facts["category_id"] = case.type.value, str(case.category_id or "")
    form = EditForm(data=facts)
    form.offer(categories_in_use(db.session(), besides=case.category_id))
    if not knows_reporter(db.session(), case.uuid, current_ability()):
        for name in REPORTER:
            del form[name]
    return form


def _by_now(now: dict[str, Any]) -> dict[str, str]:
    """What somebody else saved, in words, by field."""
    words: dict[str, Callable[[Any], str | None]] = {
        "priority": priority_words,
        "type": type_words,
        "category_id": lambda uuid: term(name_of_category(db.session(), uuid) or ""),
    }
    return {fact: words.get(fact, str)(value) or "—" for fact, value in now.items()}
