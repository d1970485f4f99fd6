"""The public form: for everybody, without an account, a cookie or a script."""

from flask import Response, current_app, request

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.core.keyset import read_position
from portal.core.search import LONGEST, tidy
from portal.grievances.operations.files import add_file, forget
from portal.grievances.operations.story import REPORTER
from portal.grievances.wording import term
from portal.intake.forms.complaint import ComplaintForm
from portal.intake.letters import may_send, send_pin
from portal.intake.operations.telling import Told, tell
from portal.intake.pins import kept_as, pin_for
from portal.intake.queries.places import (
    BY_NAME,
    categories_to_choose,
    open_projects,
    project_called,
    short_names,
)
from portal.intake.views import bp
from portal.intake.views.speaking import here_in_language, speak_as_asked, switch_of
from portal.projects.models import Project
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page
from portal.web.language import known, language_of_page
from portal.web.sessions import needs_https

FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS = 100, 3_600
"""Forms that are taken from one place on the network in an hour: a whole camp may have one address."""


@bp.get("/complain")
@public
def choose_project() -> Response:
    """For who comes without a link: the projects under way, and the way to one's own case."""
    speak_as_asked()
    session, sought = db.session(), tidy(request.args.get("q", ""))
    found = open_projects(session, sought, read_position(request.args.get("at"), BY_NAME))
    short = short_names(session, [row.uuid for row in found.rows])
    # What is sought, or left out where nothing is: it goes along to the other pages and languages.
    narrowed = {"q": sought} if sought else {}

    def at(position: str | None) -> str | None:
        return position and here_in_language("intake.choose_project", **narrowed, at=position)

    return page(
        "intake/choose_project.html",
        projects=[
            (row.name, here_in_language("intake.make_complaint", project=short[row.uuid]))
            for row in found.rows
        ],
        sought=sought,
        longest=LONGEST,
        searches=bool(sought or found.previous or found.next),
        language=known(request.args.get("language")),
        all_url=here_in_language("intake.choose_project"),
        previous_url=at(found.previous),
        next_url=at(found.next),
        languages_here=switch_of("intake.choose_project", **narrowed),
        follow_url=here_in_language("intake.follow_case"),
    )


@bp.route("/complain/<project>", methods=["GET", "POST"])
@public
def make_complaint(project: str) -> Response:
    """Say what happened. Shown once it was told: the code and the PIN by which one comes back."""
    speak_as_asked()
    if request.method == "POST":
        rates.take("complaint", rates.address(), FROM_ADDRESS_MOST, FROM_ADDRESS_SECONDS)
    found = project_called(db.session(), project)
    if found is None:
        raise NotFound
    form = ComplaintForm()
    form.offer(
        sorted(
            ((uuid, term(name)) for uuid, name in categories_to_choose(db.session())), key=lambda one: one[1]
        )
    )
    if not form.is_submitted():
        return _show(found, project, form)
    if needs_https():
        return _show(found, project, form, status=403)
    if not form.proved():
        return _show(found, project, form, status=400)
    if not form.validate():
        return _show(found, project, form, status=422)
    try:
        return _take(found, form)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(
            Refusal(refusal.message, "about" if refusal.field == "category" else None, **refusal.params)
        )
        return _show(found, project, form, status=refusal.status)


def _take(project: Project, form: ComplaintForm) -> Response:
    """Put it on record. Answered with the page itself and not by leading on: there is no cookie to remember the PIN by,
    and it must stand in no address. Sent once more, the form gives the same case, and the same PIN."""
    session, instance = db.session(), current_app.config["PORTAL_INSTANCE"]
    phone = form.phone_to_call
    session.commit()  # what counts has a connection of its own: a request holds one at a time
    sends = phone is not None and may_send(phone)
    case = form.uuid_for(f"complaint {project.uuid}")
    pin = pin_for(instance, case, form.key or "")
    told = Told(
        project.uuid,
        form.words.data or "",
        form.category,
        form.name.data or "",
        form.contact,
        language_of_page(),
    )
    code, new = tell(session, told, case, kept_as(instance, case, pin))
    kept = None
    if new and form.sent is not None:
        kept = add_file(session, case, REPORTER, form.sent, is_public=True)
    sent = new and sends and send_pin(session, phone or "", code, pin)
    try:
        session.commit()
    except Exception:
        forget([kept] if kept else [])
        raise
    return page(
        "intake/thank.html",
        code=code,
        pin=pin,
        sent=sent,
        project=project,
        follow_url=here_in_language("intake.follow_case"),
        languages_here=[],
    )


def _show(project: Project, called: str, form: ComplaintForm, *, status: int = 200) -> Response:
    return page(
        "intake/make_complaint.html",
        status=status,
        project=project,
        form=form,
        needs_https=needs_https(),
        action=here_in_language("intake.make_complaint", project=called),
        follow_url=here_in_language("intake.follow_case"),
        languages_here=switch_of("intake.make_complaint", project=called),
    )
