"""The figures of offramps: how many arrive, how soon, for which fee, and why the others do not."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from babel.dates import format_skeleton
from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.offramp.views.sections import sections
from portal.stats import drawing
from portal.stats.forms.offramps import OfframpForm
from portal.stats.queries.offramps import (
    OfframpFigures,
    OfframpFilter,
    Tally,
    offramp_figures,
    offramp_options,
    providers_named,
    reach_of,
)
from portal.stats.views import bp
from portal.stats.wording import share
from portal.web.access import current_ability, requires
from portal.web.filters import duration, in_digits
from portal.web.htmx import page
from portal.web.lists import here, query_of

MOST_REASONS, MOST_BARS = 20, 60


@bp.get("/offramps")
@requires("read", "OfframpRequest")
def show_offramps() -> Response:
    """What was made, month by month, and what became of it with each provider."""
    session = db.session()
    reach = reach_of(session, current_ability())
    form = OfframpForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    form.offer(offramp_options(session, reach))
    valid = form.validate()
    chosen = form.chosen(dt.datetime.now(dt.UTC).date()) if valid else None
    found = offramp_figures(session, chosen, reach) if chosen else None
    return page(
        "stats/show_offramps.html",
        "figures",
        status=200 if valid else 422,
        form=form,
        found=found,
        months=drawing.columns(*_bars(found, chosen)) if found and chosen else None,
        ends=[_month_words(month) for month in (chosen.since, chosen.until)] if chosen else [],
        rows=list(_months(found)) if found else [],
        providers=list(_providers(found)) if found else [],
        reasons=found.total.reasons.most_common(MOST_REASONS) if found else [],
        others=max(0, len(found.total.reasons) - MOST_REASONS) if found else 0,
        chips=list(_chips(form)),
        query=query_of(request.args),
        sections=sections("figures"),
        share=share,
        length=_length,
    )


def _bars(found: OfframpFigures, chosen: OfframpFilter) -> tuple[list[int], list[int]]:
    """How many were made and arrived in each month of the filter, also where nothing was; of very many months, only in
    those where something was."""
    by_month, months = dict(found.months), [chosen.since]
    while months[-1] < chosen.until:
        months.append((months[-1] + dt.timedelta(days=31)).replace(day=1))
        if len(months) > MOST_BARS:
            months = list(by_month)
            break
    tallies = [by_month.get(month, Tally()) for month in months]
    return [tally.made for tally in tallies], [tally.completed for tally in tallies]


def _months(found: OfframpFigures) -> Iterator[dict[str, Any]]:
    for month, tally in found.months:
        yield {"name": _month_words(month), "tally": tally}


def _month_words(month: dt.date) -> str:
    return in_digits(format_skeleton("yMMM", month, locale=get_locale()))


def _providers(found: OfframpFigures) -> Iterator[dict[str, Any]]:
    names = providers_named(db.session(), [uuid for uuid, _tally in found.providers if uuid is not None])
    for uuid, tally in found.providers:
        name = str(_("No provider")) if uuid is None else names.get(uuid, "—")
        yield {"name": name, "tally": tally}


def _length(time: dt.timedelta | None) -> str:
    """About how long something took; a dash where nothing did."""
    return "—" if time is None else duration(time)


def _chips(form: OfframpForm) -> Iterator[dict[str, Any]]:
    query = query_of(request.args)
    for name, values in query.items():
        if name in form and values:
            field: Any = form[name]
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            said = words.get(values[0], values[0])
            yield {"label": field.label.text, "value": said, "url": here(query, **{name: None})}
