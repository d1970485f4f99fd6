"""The figures of grievances. What they show is counted beforehand; nothing on them names anybody."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from babel.dates import format_skeleton
from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.enums import GrievanceType
from portal.grievances.wording import term, type_words
from portal.stats import drawing, export
from portal.stats.forms.grievances import FigureForm
from portal.stats.queries.grievances import Cell, Figures, Options, figures, options, places
from portal.stats.reach import Reach, reach_of
from portal.stats.suppression import hide_small, without_small
from portal.stats.views import bp
from portal.stats.wording import amount, hours, share
from portal.web.access import current_ability, requires
from portal.web.filters import in_digits
from portal.web.htmx import page
from portal.web.lists import here, query_of

HEADINGS: dict[str, Callable[[], str]] = {
    "month": partial(_, "Month"),
    "project": partial(_, "Project"),
    "type": partial(_, "Type"),
    "category": partial(_, "Category"),
    "channel": partial(_, "Channel"),
}


@dataclass(frozen=True)
class Counted:
    """Everything that a page or a file of figures is made of."""

    figures: Figures
    places: list[Cell]


@bp.get("/grievances")
@requires("read", "Stat")
def show_grievances() -> Response:
    """What came in, month by month, and how soon it was acknowledged and resolved."""
    reach = reach_of(db.session(), current_ability())
    form, offered = _reading(reach)
    valid = form.validate()
    found = _counted(form, reach) if valid else None
    return page(
        "stats/show_grievances.html",
        "figures",
        status=200 if valid else 422,
        form=form,
        found=found,
        knows_cases=reach.knows_cases,
        months=_chart(found.figures.by["month"]) if found else None,
        tables=list(_tables(found, offered)) if found else [],
        chips=list(_chips(form)),
        query=query_of(request.args),
        amount=amount,
        hours=hours,
        share=share,
    )


@bp.get("/grievances/export")
@requires("read", "Stat")
def export_grievances() -> Response:
    """The same figures as a file for other systems."""
    reach = reach_of(db.session(), current_ability())
    form, offered = _reading(reach)
    if not form.validate():
        return show_grievances()
    found = _counted(form, reach)
    parts = [("total", "", found.figures.total)]
    for name, cells in found.figures.by.items():
        parts += [(name, _plain(name, cell, offered), cell) for cell in cells]
    parts += [("place", str(cell.key), cell) for cell in found.places]
    name = f"grievances-{dt.datetime.now(dt.UTC):%Y-%m-%d}.csv"
    return Response(
        b"".join(export.as_csv(parts)),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _reading(reach: Reach) -> tuple[FigureForm, Options]:
    offered = options(db.session(), reach)
    form = FigureForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    form.offer(offered)
    return form, offered


def _counted(form: FigureForm, reach: Reach) -> Counted:
    chosen = form.chosen(dt.datetime.now(dt.UTC).date())
    found, where = figures(db.session(), chosen, reach), places(db.session(), chosen, reach)
    return Counted(found, where) if reach.knows_cases else Counted(without_small(found), hide_small(where))


def _chart(months: list[Cell]) -> drawing.Columns:
    return drawing.columns([cell.received for cell in months], [cell.resolved for cell in months])


def _tables(found: Counted, offered: Options) -> Iterator[dict[str, Any]]:
    for name, cells in found.figures.by.items():
        rows = [{"name": _named(name, cell, offered), "cell": cell} for cell in cells]
        yield {"key": name, "title": str(HEADINGS[name]()), "rows": rows}


def _named(name: str, cell: Cell, offered: Options) -> str:
    """What a part is called on the page."""
    if name == "month":
        return in_digits(format_skeleton("yMMM", cell.key, locale=get_locale()))
    if name == "type":
        return type_words(cell.key)
    if cell.key is None:
        return str(_("Not said"))
    known = dict(
        {"project": offered.projects, "category": offered.categories, "channel": offered.channels}[name]
    )
    said = known.get(cell.key, "—")
    return said if name == "project" else term(said)


def _plain(name: str, cell: Cell, offered: Options) -> str:
    """What a part is called in a file."""
    if name == "month":
        return f"{cell.key:%Y-%m}"
    if isinstance(cell.key, GrievanceType):
        return cell.key.value
    return "" if cell.key is None else _named(name, cell, offered)


def _chips(form: FigureForm) -> Iterator[dict[str, Any]]:
    query = query_of(request.args)
    for name, values in query.items():
        if name in form and values and values[0]:
            field: Any = form[name]
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            yield {
                "label": field.label.text,
                "value": words.get(values[0], values[0]),
                "url": here(query, **{name: None}),
            }
