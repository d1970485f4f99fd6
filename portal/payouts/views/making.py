"""Making a list: where and for whom, then what everybody receives; or of what failed of another list."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.joining import groups_to_see
from portal.beneficiaries.queries.people import count_people
from portal.beneficiaries.views.reading import Reading, read_list
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.jobs.operations import start
from portal.payouts.forms import EVERYBODY, TermsForm, WhereForm
from portal.payouts.models import PayoutList
from portal.payouts.operations import drafting
from portal.payouts.queries.amounts import numeric_keys
from portal.payouts.queries.lists import list_with, projects_to_pay_in
from portal.payouts.tasks import FILL
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to, page_of
from portal.projects.models import Project
from portal.projects.queries.project import project_with, the_active
from portal.transactions.queries.currencies import currencies_to_choose
from portal.vendors.queries.at_work import the_vendor_at_work, vendors_to_choose
from portal.web.access import authorise, current_ability, current_person, load, requires
from portal.web.forms import OnceForm
from portal.web.htmx import page, see_other
from portal.web.picking import among

WITHIN = "within"
"""Under this name the project stands in the address; `project` is one of the filter's own names."""


@bp.get("/new")
@requires("create", "PayoutList")
def new_list() -> Response:
    """Where and for whom; once the address says both, what everybody receives."""
    within = request.args.get(WITHIN, "")
    if within and request.args.get("group") == EVERYBODY:
        return see_other(url_for("payouts.new_list", within=within, project=within))
    if (address := _told_by_name()) is not None:
        return see_other(address)
    reading = _reading()
    if not _is_uuid(request.args.get(WITHIN, "")) or not reading.narrowing:
        return _ask_where(reading)
    project = _project()
    if not reading.valid:
        return _ask_where(reading, status=422)
    form = _form(project, reading.chosen)
    form.title.data = form.title.data or _title(reading)
    form.currency.data = project.currency or form.currency.data
    return _ask(form, project, reading)


@bp.post("/new")
@requires("create", "PayoutList")
def make_list() -> Response:
    """Make the list and have it filled. The same form, sent twice, makes one."""
    reading, project = _reading(), _project()
    if not reading.valid or not reading.narrowing:
        return _ask_where(reading, status=422)
    form = _form(project, reading.chosen)
    if not form.validate_on_submit():
        return _ask(form, project, reading, status=422)
    by, uuid = current_person(), form.uuid_for(current_person().uuid)
    try:
        the_active(db.session(), project.uuid)
        the_vendor_at_work(db.session(), form.terms().vendor, project.uuid)
        job = fill_by_job(uuid)
        made = drafting.make(
            db.session(), uuid, project.uuid, reading.chosen, form.terms(), by=by.id, job=job
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(form, _project(), reading, status=refusal.status)
    return _there(uuid, made)


@bp.route("/<uuid:uuid>/follow-up", methods=["GET", "POST"])
@requires("create", "PayoutList")
def follow_up(uuid: UUID) -> Response:
    """A new list of those whose payment failed."""
    former, form = list_to("read", uuid), OnceForm()
    if not form.validate_on_submit():
        return page_of(
            "payouts/follow_up.html", former, form=form, status=422 if form.is_submitted() else 200
        )
    by, new = current_person(), form.uuid_for(current_person().uuid)
    title = _("%(title)s: once more", title=former.title)
    try:
        the_active(db.session(), former.project_id)
        job = fill_by_job(new)
        made = drafting.follow_up(db.session(), new, former, title, by=by.id, job=job)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page_of("payouts/follow_up.html", list_to("read", uuid), form=form, status=refusal.status)
    return _there(new, made)


def fill_by_job(uuid: UUID) -> UUID:
    """The job that fills a list, begun with this transaction."""
    by = current_person().id
    link = url_for("payouts.show_list", uuid=uuid)
    return start(FILL, {"payout_list": str(uuid), "by": by}, created_by=by, link=link).uuid


def _there(uuid: UUID, made: bool) -> Response:
    """To the list that was made; where the same form has made it before, without the job of this time."""
    if made:
        authorise("create", PayoutList, db.session.scalars(list_with(uuid)).one())
        db.session.commit()
        flash(_("The list is made."), "success")
    else:
        db.session.rollback()
    return see_other(url_for("payouts.show_list", uuid=uuid))


def _project() -> Project:
    """The project of the address, which the person may see. Raises NotFound for any other."""
    try:
        uuid = UUID(request.args.get(WITHIN, ""))
    except ValueError as error:
        raise NotFound from error
    return load(project_with(uuid), "read", Project)


def _told_by_name() -> str | None:
    """The address with the uuids of a project and a group whose names were typed; None where none was, or no
    single one is meant."""
    told = [name for name in (WITHIN, "group") if request.args.get(name)]
    if all(_is_uuid(request.args[name]) for name in told):
        return None
    form = _where()
    if not all(form[name].validate(form) for name in told):
        return None
    query: dict[str, Any] = dict(request.args.lists())
    return url_for("payouts.new_list", **{**query, **{name: form[name].data for name in told}})


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _reading() -> Reading:
    """Whom the address means; of a group only a uuid says that."""
    return read_list(
        MultiDict(
            [
                (name, value)
                for name, value in request.args.items(multi=True)
                if name != WITHIN and (name != "group" or _is_uuid(value))
            ]
        )
    )


def _form(project: Project, chosen: PeopleFilter) -> TermsForm:
    session, ability = db.session(), current_ability()
    form = TermsForm()
    form.offer(
        among(vendors_to_choose(ability, project.uuid)),
        url_for("vendors.suggest_names", field="vendor", project=project.uuid),
        currencies_to_choose(session, project.currency),
        numeric_keys(session, chosen, ability),
    )
    return form


def _title(reading: Reading) -> str:
    """A name to begin with: the group's."""
    groups = {str(uuid): name for uuid, name in reading.options[0]}
    return groups.get(next(iter(reading.narrowing.get("group", ())), ""), "")


def _where() -> WhereForm:
    """The first questions, as far as the address answers them."""
    ability = current_ability()
    form = WhereForm(
        MultiDict({name: request.args[name] for name in (WITHIN, "group") if request.args.get(name)})
    )
    names = {
        WITHIN: url_for("projects.suggest_names", field=WITHIN),
        "group": url_for("groups.suggest_names", field="group"),
    }
    form.offer(among(projects_to_pay_in(ability)), among(groups_to_see(ability)), names)
    return form


def _ask_where(reading: Reading, *, status: int = 200) -> Response:
    form = _where()
    if form.given:
        answered = form.within.validate(form) if reading.narrowing else form.validate()
        status = status if answered else 422
    narrowing: dict[str, Any] = dict(reading.narrowing)
    return page("payouts/choose_people.html", status=status, form=form, reading=reading, brought=narrowing)


def _ask(form: TermsForm, project: Project, reading: Reading, *, status: int = 200) -> Response:
    people = count_people(db.session(), reading.chosen, current_ability(), further=True)
    query: dict[str, Any] = {**reading.narrowing, WITHIN: str(project.uuid)}
    return page(
        "payouts/new_list.html",
        status=status,
        form=form,
        project=project,
        reading=reading,
        people=people,
        query=query,
    )
