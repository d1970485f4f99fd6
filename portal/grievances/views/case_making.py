"""Writing down a complaint for somebody: about a person, a payment, a vendor, or nobody in particular."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.enums import GrievanceType
from portal.core.errors import NotFound, Refusal
from portal.grievances.forms.case import FindForm, NewCaseForm
from portal.grievances.models import Grievance
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.grievances.queries.beside import cases_alike
from portal.grievances.queries.case import the_case
from portal.grievances.queries.making import (
    Subject,
    categories_in_use,
    channels_in_use,
    people_to_link,
    projects_to_complain_in,
    subject_of,
)
from portal.grievances.views import bp
from portal.web.access import authorise, current_ability, current_person, load, requires
from portal.web.htmx import page, see_other

ABOUT = ("beneficiary", "vendor", "transaction", "follows")
"""What an address may name, by the names that the list is narrowed by."""


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Grievance")
def new_case() -> Response:
    """Write down a complaint. Cases that may tell the same are shown first; sent twice, it is one case."""
    about = {name: _named(name) for name in ABOUT}
    subject = subject_of(
        db.session(),
        current_ability(),
        person=about["beneficiary"],
        vendor=about["vendor"],
        transaction=about["transaction"],
        follows=about["follows"],
    )
    form = _form(subject)
    if not form.validate_on_submit():
        return _ask(form, subject, 422 if form.is_submitted() else 200)
    uuid = form.uuid_for(current_person().uuid)
    known = db.session().scalar(the_case(uuid).with_only_columns(Grievance.uuid))
    alike = () if known else _alike(form, subject)
    if alike and not form.all_the_same.data:
        form.refuse(
            Refusal("Look at the cases below, and tick the box if this is another one.", "all_the_same")
        )
        return _ask(form, subject, 422, alike=alike)
    try:
        _open(form, subject, uuid)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(form, subject, refusal.status)
    db.session.commit()
    return _lead_to(uuid)


@bp.get("/new/person")
@requires("create", "Grievance")
def find_complainant() -> Response:
    """Find the person whom the complaint is about, or who made it."""
    authorise("read", "Beneficiary")
    form = FindForm(request.args)
    valid, found, more = form.validate(), (), False
    if valid and form.q.data:
        # Begun as empty, of which no type follows.
        found, more = people_to_link(db.session(), current_ability(), form.q.data)  # type: ignore[assignment]
    return page(
        "grievances/find_complainant.html",
        "found",
        form=form,
        found=found,
        more=more,
        status=200 if valid else 422,
    )


def _form(subject: Subject) -> NewCaseForm:
    session, ability = db.session(), current_ability()
    projects = projects_to_complain_in(session, ability, subject.person.uuid if subject.person else None)
    fixed = subject.transaction or subject.follows
    if fixed is not None:
        every = projects_to_complain_in(session, ability)
        projects = [(uuid, name) for uuid, name in every if uuid == fixed.project_id]
    clear = subject.person.clear if subject.person else None
    form = NewCaseForm(data={"reporter": clear or ""})
    if request.method == "GET" and request.args.get("project") in {str(uuid) for uuid, _name in projects}:
        form.project.data = request.args["project"]
    form.offer(projects, categories_in_use(session), channels_in_use(session))
    return form


def _open(form: NewCaseForm, subject: Subject, uuid: UUID) -> None:
    complaint = Complaint(
        project=UUID(form.project.data),
        title=form.title.data or "",
        description=form.description.data or "",
        type=GrievanceType(form.type.data),
        transaction=subject.transaction.uuid if subject.transaction else None,
        person=subject.person.uuid if subject.person else None,
        vendor=subject.vendor.uuid if subject.vendor else None,
        follows=subject.follows.uuid if subject.follows else None,
        category=form.category_chosen,
        channel=UUID(form.channel.data),
        priority=form.priority.data or None,
        sensitive=bool(form.sensitive.data),
    )
    person = current_person()
    # Whoever may open cases may open a sensitive one as well, though they lose sight of it.
    authorise(
        "create", Grievance(project_id=complaint.project, reporter_user_id=person.id, is_sensitive=False)
    )
    reporter = Reporter(person.id, form.reporter.data or "", form.contact.data or "")
    open_grievance(db.session(), complaint, reporter, uuid, by=person.id)


def _alike(form: NewCaseForm, subject: Subject) -> Any:
    return cases_alike(
        db.session(),
        current_ability(),
        UUID(form.project.data),
        form.title.data or "",
        form.contact.data or "",
        subject.person.uuid if subject.person else None,
        subject.transaction.uuid if subject.transaction else None,
    )


def _lead_to(uuid: UUID) -> Response:
    """To the case, or where its maker may not see it, to what they may."""
    try:
        case = load(the_case(uuid), "read", Grievance)
    except NotFound:
        flash(_("The complaint was passed on to those who may know of it."), "success")
        return see_other(url_for("home.show_home"))
    flash(_("The case is open. Its code is %(code)s.", code=case.code), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


def _ask(form: NewCaseForm, subject: Subject, status: int, alike: Any = ()) -> Response:
    here: dict[str, Any] = {name: value for name in ABOUT if (value := request.args.get(name))}
    return page(
        "grievances/new_case.html",
        form=form,
        subject=subject,
        alike=alike,
        here_url=url_for("grievances.new_case", **here),
        status=status,
    )


def _named(name: str) -> UUID | None:
    """A uuid of the address. What is none does not exist."""
    try:
        return UUID(request.args[name]) if request.args.get(name) else None
    except ValueError:
        abort(404)
