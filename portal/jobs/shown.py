"""What people read of a job: its name, how fast it goes, how long it will take, what went wrong."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from portal.jobs.models import Job
from portal.jobs.queries import ENDED
from portal.jobs.tasks import labels_of, title_of
from portal.web.filters import duration, number
from portal.web.paths import own_path

SHORTEST_MEASURE = 2.0
"""Seconds that a step must have run before its speed says anything."""


@dataclass(frozen=True)
class Shown:
    """A job in words: `rate` in rows a second, `left` as text; `result` what came of it, by name."""

    title: LazyString | str
    ended: bool
    label: str
    rate: int | None
    left: str | None
    error: str | None
    result: dict[str, Any]
    link: str | None


def in_words(job: Job) -> Shown:
    """The job as its page and every page that embeds its progress show it."""
    rate, left = _speed(job)
    return Shown(
        title=title_of(job.kind),
        ended=job.state in ENDED,
        label=_label(job),
        rate=rate,
        left=left,
        error=_error(job),
        result=_parts(job),
        link=own_path((job.arguments or {}).get("link")),
    )


def came_from() -> str | None:
    """The page of ours that this request was sent from."""
    sent_from = urlsplit(request.referrer or "")
    return own_path(sent_from.path) if sent_from.netloc == request.host else None


def _label(job: Job) -> str:
    if job.state == "QUEUED":
        return str(_("Waiting to begin"))
    if job.cancel_requested_at is not None and job.state == "RUNNING":
        return str(_("Stopping at the next step"))
    return str(_(job.step) if job.step else title_of(job.kind))


def _speed(job: Job) -> tuple[int | None, str | None]:
    """By the database's clock on both sides: the begin of the step, and the last sign of life."""
    began = _result(job).get("stepBegan")
    if job.state != "RUNNING" or began is None or job.heartbeat_at is None or not job.done:
        return None, None
    seconds = job.heartbeat_at.timestamp() - float(began)
    if seconds < SHORTEST_MEASURE:
        return None, None
    rate = job.done / seconds
    if not job.total or job.total <= job.done:
        return round(rate), None
    return round(rate), duration(dt.timedelta(seconds=(job.total - job.done) / rate))


def _error(job: Job) -> str | None:
    refusal = _result(job).get("refusal")
    if not refusal:
        return job.error
    params = refusal["params"]
    return str(_(refusal["message"], **params) if params else _(refusal["message"]))


def _parts(job: Job) -> dict[str, Any]:
    """What came of the work, by the names people have for it, numbers as they write them."""
    result, labels = _result(job), labels_of(job.kind)
    named = {str(labels[name]): result[name] for name in labels if name in result}
    shown = named or {name: value for name, value in result.items() if name not in {"refusal", "stepBegan"}}
    return {name: number(value) if type(value) in {int, float} else value for name, value in shown.items()}


def _result(job: Job) -> dict[str, Any]:
    return job.result if isinstance(job.result, dict) else {}
