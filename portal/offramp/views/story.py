"""The story of a request in words: what was said and done, the same of several times in a row told as one line."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from portal.offramp.operations.proving import NAME, SIZE
from portal.offramp.queries.request import Rows
from portal.offramp.wording import CHECK_ASKED_FOR, EVENT_LABELS, EVENT_TONES, SOURCE_LABELS, TROUBLE_LABELS

TOLD = ("trouble", "said", "known", "status", "source")
"""Facts that are told in words; the others are what was sent and answered, masked."""
TALKED = (
    "QUOTED",
    "REQUESTED",
    "DEPOSITED",
    "SENT",
    "ANSWERED",
    "UNANSWERED",
    "CHECKED",
    "CALLBACK",
    "STATEMENT",
)
"""Kinds of which is shown what exactly was said; the others are said by their names."""
SENTENCES = ("CHECKED", "UNANSWERED", "ANSWERED")
"""Kinds that come again and again while a provider is asked."""


@dataclass(frozen=True)
class Moment:
    """When something was said, and what exactly, masked."""

    at: dt.datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of the story. `moments` are several where the same was said in a row; `number` is that of the try.

    `status` is a state that the provider named, `file` the name and size of a proof, for `uuid`.
    """

    uuid: UUID
    label: LazyString
    tone: str
    moments: Sequence[Moment]
    who: str | None = None
    number: int | None = None
    body: str | None = None
    words: Sequence[str] = ()
    status: str | None = None
    file: tuple[str, int] | None = None
    details: Sequence[Moment] = field(default=())

    @property
    def first(self) -> dt.datetime:
        """When it was said first."""
        return self.moments[0].at

    @property
    def last(self) -> dt.datetime:
        """When it was said last."""
        return self.moments[-1].at


def lines_of(story: Rows) -> list[Line]:
    """The story as it is drawn, the oldest first."""
    return [_line(list(rows)) for _key, rows in groupby(story, key=_same)]


def _same(row: Any) -> Any:
    """What lines have in common that are told as one."""
    if row.kind not in SENTENCES or row.body or row.who:
        return row.uuid
    facts = row.facts or {}
    return (row.kind, row.number, *(str(facts.get(name)) for name in TOLD))


def _line(rows: Sequence[Any]) -> Line:
    row = rows[0]
    facts: Mapping[str, Any] = row.facts or {}
    proof = row.kind == "PROOF"
    talked = row.kind in TALKED
    moments = [Moment(one.created_at, _rest(one.facts or {}) if talked else {}) for one in rows]
    asked = row.kind == "CHECKED" and not facts
    return Line(
        row.uuid,
        CHECK_ASKED_FOR if asked else EVENT_LABELS.get(row.kind, row.kind),
        EVENT_TONES.get(row.kind, ""),
        moments,
        who=row.who,
        number=row.number,
        body=row.body,
        words=[] if proof else _in_words(facts),
        status=facts.get("status") if isinstance(facts.get("status"), str) else None,
        file=(str(facts[NAME]), int(facts[SIZE])) if proof and NAME in facts else None,
        details=[moment for moment in moments if moment.facts],
    )


def _in_words(facts: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    trouble, said, source = facts.get("trouble"), facts.get("said"), facts.get("source")
    if trouble in TROUBLE_LABELS:
        words.append(str(TROUBLE_LABELS[trouble]))
    if isinstance(said, str) and said:
        words.append(_(said))
    if facts.get("known") is False:
        words.append(_("It knows no such reference."))
    if source in SOURCE_LABELS:
        words.append(str(SOURCE_LABELS[source]))
    return words


def _rest(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in facts.items() if name not in TOLD}
