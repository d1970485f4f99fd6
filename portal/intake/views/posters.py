"""Posters that lead to the public form: for each project, in each language, to print and put up."""

from uuid import UUID

import segno
from flask import Response, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.core.db import db
from portal.intake.queries.places import short_name
from portal.intake.views import bp
from portal.intake.views.speaking import speak_as_asked, switch_of
from portal.projects.models import Project
from portal.projects.queries.project import project_with
from portal.projects.views.frame import framed
from portal.projects.views.tabs import PROJECT
from portal.web.access import load, requires
from portal.web.htmx import page
from portal.web.language import LANGUAGES, language_of_page
from portal.web.links import outside
from portal.web.tabs import Tab

PROJECT.offer(Tab(_l("Complaints form"), "intake.list_posters", "read", "Project", 65, by="project_uuid"))


@bp.get("/projects/<uuid:project_uuid>/posters")
@requires("read", "Project")
def list_posters(project_uuid: UUID) -> Response:
    """The address of the project's public form, and its poster in each language."""
    project, frame = framed(project_uuid)
    address = outside("intake.make_complaint", project=short_name(db.session(), project.uuid))
    posters = [
        {
            "code": code,
            "name": name,
            "url": url_for("intake.show_poster", project_uuid=project_uuid, language=code),
        }
        for code, name in LANGUAGES.items()
    ]
    return page("intake/list_posters.html", **frame, address=address, posters=posters)


@bp.get("/projects/<uuid:project_uuid>/posters/sheet")
@requires("read", "Project")
def show_poster(project_uuid: UUID) -> Response:
    """One poster, in the language of the address; its code leads to the form in that language."""
    speak_as_asked()
    project = load(project_with(project_uuid), "read", Project)
    short = short_name(db.session(), project.uuid)
    return page(
        "intake/show_poster.html",
        project=project,
        picture=picture_of(outside("intake.make_complaint", project=short, language=language_of_page())),
        address=outside("intake.make_complaint", project=short),
        back=url_for("intake.list_posters", project_uuid=project_uuid),
        languages_here=switch_of("intake.show_poster", project_uuid=project_uuid),
    )


def picture_of(address: str) -> Markup:
    """A QR code of an address as SVG, black on white, with room for some dirt on the paper."""
    code = segno.make(address, error="q", micro=False)
    drawn = code.svg_inline(
        border=4, dark="#000", light="#fff", svgclass="poster-code", lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 -- drawn by us from squares
