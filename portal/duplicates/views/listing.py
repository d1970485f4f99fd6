"""The list of pairs, and having everybody looked through."""

from functools import cache
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.queries.comparing import Reason
from portal.beneficiaries.wording import REASON_WORDS, reason_words, score_words
from portal.core.db import db
from portal.core.keyset import Page, read_position
from portal.duplicates.forms import FilterForm
from portal.duplicates.operations.starting import SCAN, begin_scan
from portal.duplicates.queries.pairs import PairFilter, count_pairs, page_of_pairs
from portal.duplicates.queries.scans import last_scan, left_out
from portal.duplicates.views import bp
from portal.jobs.queries import ENDED
from portal.projects.queries.choosing import projects_to_see
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.lists import Query, here, pager
from portal.web.picking import kept_among


@bp.get("")
@requires("read", "Duplicate")
def list_pairs() -> Response:
    """The pairs whose people the reader sees: the likeliest first, or those last decided."""
    session, ability = db.session(), current_ability()
    form = FilterForm(request.args)
    names = url_for("projects.suggest_names", field="project", state="any")
    form.offer(kept_among(projects_to_see, ability), names)
    form.validate()
    chosen = _filter(form)
    query = _query(chosen)
    job = last_scan(session, SCAN)  # first: where it has ended, the list below has all that it found
    pairs = page_of_pairs(session, chosen, ability, read_position(request.args.get("at"), chosen.sort))
    return page(
        "duplicates/list_pairs.html",
        "pairs",
        pairs=pairs,
        rows=_rows(pairs, chosen),
        pager=pager(pairs, count_pairs(session, chosen, ability), query),
        chosen=chosen,
        reasons=[(reason.value, words) for reason, words in REASON_WORDS.items()],
        form=form,
        chips=_chips(chosen, form, query),
        job=job,
        left_out=left_out(job),
        at_work=job is not None and job.state not in ENDED,
    )


@bp.post("/scan")
@requires("update", "Duplicate")
def start_scan() -> Response:
    """Have everybody looked through, unless that is under way already."""
    link = url_for("duplicates.list_pairs")
    begin_scan(db.session(), created_by=current_person().id, link=link)
    db.session.commit()
    return see_other(link)


def _rows(pairs: Page, chosen: PairFilter) -> list[tuple[Any, ...]]:
    """The pairs as the table shows them: uuid, whom, how likely or what was decided, in common, where they live."""
    nameless = _("No name")
    likely = cache(score_words)
    in_common = cache(reason_words)  # many pairs of a page have the same
    return [
        (
            pair.uuid,
            f"{pair.first_name or nameless} · {pair.second_name or nameless}",
            pair.state if chosen.decided else likely(pair.score),
            in_common(tuple(pair.reasons)),
            [place for place in dict.fromkeys((pair.first_place, pair.second_place)) if place],
        )
        for pair in pairs.rows
    ]


def _filter(form: FilterForm) -> PairFilter:
    """The filter that the address names; what it names wrongly does not narrow."""
    reason = request.args.get("reason", "")
    return PairFilter(
        decided=request.args.get("state") == "decided",
        reason=Reason(reason) if reason in Reason.__members__ else None,
        project=UUID(form.project.data) if form.project.data and not form.project.errors else None,
    )


def _query(chosen: PairFilter) -> Query:
    named = {
        "state": "decided" if chosen.decided else "",
        "reason": chosen.reason.value if chosen.reason else "",
        "project": str(chosen.project or ""),
    }
    return {name: [value] for name, value in named.items() if value}


def _chips(chosen: PairFilter, form: FilterForm, query: Query) -> list[dict[str, object]]:
    """What narrows the list, each with the address without it."""
    chips: list[dict[str, object]] = []
    if chosen.reason:
        words = REASON_WORDS[chosen.reason]
        chips.append({"label": _("In common"), "value": words, "url": here(query, reason=None)})
    if chosen.project:
        url = here(query, project=None)
        chips.append({"label": form.project.label.text, "value": form.project.shown, "url": url})
    return chips
