"""One case's page: what it says, both clocks, its story, what lies beside it, and what may be done next."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response

from portal.core.db import db
from portal.grievances.clocks import clocks_of
from portal.grievances.forms.case import AttachForm, NoteForm
from portal.grievances.queries.beside import cases_beside, payments_beside
from portal.grievances.queries.columns import knows_colleagues
from portal.grievances.queries.story import story_of, watchers_of
from portal.grievances.views import bp
from portal.grievances.views.frame import STAND_IN, framed
from portal.grievances.wording import term, type_words
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "Grievance")
def show_case(uuid: UUID) -> Response:
    """All about one case. That somebody looked at a sensitive one, or at who complained, is on record."""
    return show(uuid)


def show(
    uuid: UUID,
    *,
    status: int = 200,
    note: NoteForm | None = None,
    attach: AttachForm | None = None,
    refused: PortalForm | None = None,
) -> Response:
    """The page; `note` and `attach` are forms that were sent and not taken, `refused` says why something else was not
    done."""
    session, ability = db.session(), current_ability()
    around = framed(uuid)
    found: Any = around["case"]
    insider = knows_colleagues(ability)
    watchers = watchers_of(session, uuid) if insider else ()
    shown = page(
        "grievances/show_case.html",
        status=status,
        **around,
        clocks=clocks_of(found, found.now),
        story=story_of(session, uuid, ability),
        insider=insider,
        watchers=watchers,
        watching=current_person().id in {watcher.id for watcher in watchers},
        mine=found.assignee_id == current_person().id,
        beside=cases_beside(session, found, ability) if insider else (),
        payments=payments_beside(session, found, ability) if insider else (),
        forms=_forms,
        keys=(str(uuid4()), str(uuid4())),
        sent=(note or NoteForm(formdata=None), attach or AttachForm(formdata=None))
        if note or attach
        else None,
        stand_in=STAND_IN,
        refused=refused.form_errors if refused else (),
        term=term,
        type_words=type_words,
    )
    session.commit()
    return shown


def _forms(note_key: str, file_key: str) -> tuple[NoteForm, AttachForm]:
    """New forms with these keys."""
    return NoteForm(formdata=None, once=note_key), AttachForm(formdata=None, once=file_key)
