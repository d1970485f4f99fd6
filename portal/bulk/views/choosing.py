"""From the list: what to do with the people picked in it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, url_for
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.views.people import page_of_list
from portal.beneficiaries.views.picking import Sent
from portal.beneficiaries.views.reading import Reading, read_list
from portal.beneficiaries.views.ways import way_called
from portal.bulk.forms import PickForm
from portal.bulk.kinds import EXPORT, Kind
from portal.bulk.operations.drafts import draft
from portal.bulk.views import bp
from portal.bulk.wording import offered
from portal.core.db import db
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import see_other


@bp.post("/new")
@requires("create", "BulkAction")
def new_action() -> Response:
    """Draft an action on the people picked, or on all that the list's filter finds; or say at the bar what lacks."""
    form = PickForm()
    form.offer(offered(current_ability()))
    args: MultiDict[str, str] = MultiDict(parse_qsl(urlsplit(form.list.data or "").query))
    reading = read_list(args)
    if not form.validate_on_submit() or (form.everybody and not reading.valid):
        return page_of_list(args, sent=_as_sent(form), status=422)
    if form.action.data == EXPORT:
        return see_other(url_for("beneficiaries.export_beneficiaries", **_query(form, reading)))
    if way := way_called(form.action.data):
        return see_other(url_for(way.endpoint, **_query(form, reading)))
    chosen = reading.chosen if form.everybody else PeopleFilter(people=tuple(form.people.data or ()))
    uuid = draft(db.session(), Kind(form.action.data), chosen, created_by=current_person().id)
    db.session.commit()
    return see_other(url_for("bulk.show_action", uuid=uuid))


def _as_sent(form: PickForm) -> Sent:
    people = frozenset(str(uuid) for uuid in form.people.data or ())
    errors = tuple(str(said) for all_said in form.errors.values() for said in all_said)
    return Sent(form.action.data or "", people, form.everybody, errors)


def _query(form: PickForm, reading: Reading) -> dict[str, Any]:
    """The query of the people who are meant, for the export."""
    if form.everybody:
        return dict(reading.query)
    return {"people": [str(uuid) for uuid in form.people.data or ()]}
