"""What needs attention: the list of it, settling it with a word, and after how long a request is stuck."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import Row

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.core.keyset import read_position
from portal.offramp.forms.attention import PatienceForm, SettleForm
from portal.offramp.operations.watching import set_stuck_after
from portal.offramp.operations.watching import settle_attention as settle
from portal.offramp.queries.watched import (
    KINDS,
    AttentionFilter,
    attention_seen,
    may_settle,
    page_of_attention,
    stuck_after,
    waiting_by_kind,
)
from portal.offramp.signs import ADVICE, KIND_LABELS, KIND_TONES, facts_in_words
from portal.offramp.tasks import watching  # noqa: F401 - the worker finds by it what stands here
from portal.offramp.views import bp
from portal.offramp.views.sections import sections
from portal.web.access import current_ability, current_person, requires
from portal.web.filters import duration
from portal.web.htmx import page, see_other
from portal.web.lists import query_of

STAND_IN = UUID(int=0)
"""The button that settles something is drawn once with this in its address, and gets each row's uuid."""


@bp.get("/attention")
@requires("read", "OfframpRequest")
def list_attention() -> Response:
    """What waits for somebody, the longest first; or what is settled."""
    session, ability = db.session(), current_ability()
    kind = request.args.get("kind", "")
    chosen = AttentionFilter(request.args.get("state") == "settled", kind if kind in KINDS else "")
    found = page_of_attention(session, chosen, ability, read_position(request.args.get("at"), chosen.sort))
    waiting = waiting_by_kind(session, ability)
    return page(
        "offramp/list_attention.html",
        "attention",
        found=found,
        chosen=chosen,
        waiting=waiting,
        total=sum(waiting.values()),
        query=query_of(request.args),
        labels=KIND_LABELS,
        tones=KIND_TONES,
        facts=facts_in_words,
        ago=_ago,
        sections=sections("attention"),
        settles=ability.can("update", "OfframpRequest"),
        stand_in=STAND_IN,
    )


@bp.route("/attention/<uuid:attention_uuid>/settle", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def settle_attention(attention_uuid: UUID) -> Response:
    """Say what came of something, so that it waits for nobody any more."""
    seen, form = _seen(attention_uuid), SettleForm()
    if not form.validate_on_submit():
        return _ask(seen, form, 422 if form.is_submitted() else 200)
    try:
        settle(db.session(), attention_uuid, by=current_person().id, note=form.note.data or "")
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask(_seen(attention_uuid), form, refusal.status)
    db.session.commit()
    flash(_("It is settled."), "success")
    return see_other(url_for("offramp.list_attention"))


@bp.route("/attention/patience", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_patience() -> Response:
    """After how many hours a request that is under way is stuck."""
    form = PatienceForm(data={"hours": stuck_after(db.session())})
    if not form.validate_on_submit():
        return page("offramp/edit_patience.html", status=422 if form.is_submitted() else 200, form=form)
    try:
        set_stuck_after(db.session(), form.hours.data or 0)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page("offramp/edit_patience.html", status=refusal.status, form=form)
    db.session.commit()
    flash(_("Saved. What is stuck by it is found within a minute."), "success")
    return see_other(url_for("offramp.list_attention"))


def _seen(uuid: UUID) -> Row[*tuple[Any, ...]]:
    """What it is about, if the reader may know of it and settle it. Raises NotFound."""
    session, ability = db.session(), current_ability()
    seen = attention_seen(session, uuid, ability)
    if seen is None or not may_settle(session, ability, seen):
        raise NotFound
    return seen


def _ago(moment: dt.datetime) -> Markup:
    """How long ago something was, in about its largest unit, with the exact time for machines."""
    exact = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    length = duration(dt.datetime.now(dt.UTC) - moment)
    return Markup(f'<time datetime="{exact}">{escape(length)}</time>')  # noqa: S704 -- a time, and escaped


def _ask(seen: Row[*tuple[Any, ...]], form: SettleForm, status: int) -> Response:
    return page(
        "offramp/settle_attention.html",
        status=status,
        seen=seen,
        form=form,
        label=KIND_LABELS[seen.kind],
        advice=ADVICE[seen.kind],
        facts=facts_in_words(seen.kind, seen.facts),
        ago=_ago,
    )
