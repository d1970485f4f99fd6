"""The kinds of work there are: each module names its own, for the worker to find and the pages to call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from portal.jobs.progress import Progress

Body = TypeVar("Body", bound=Callable[..., dict[str, Any] | None])
Upkeep = Callable[[Session, Mapping[str, Any]], None]

__all__ = ["Progress", "Work", "every", "find", "title_of", "work"]


@dataclass(frozen=True)
class Work:
    """A kind of work: what people call it, and the function that does it."""

    kind: str
    title: LazyString | str
    body: Callable[..., dict[str, Any] | None]
    labels: Mapping[str, LazyString | str]


@dataclass(frozen=True)
class Recurring:
    """Something small to be done again and again, by whichever worker comes first."""

    name: str
    seconds: float
    body: Upkeep


_works: dict[str, Work] = {}
recurring: dict[str, Recurring] = {}


def work(
    kind: str, title: LazyString | str, labels: Mapping[str, LazyString | str] | None = None
) -> Callable[[Body], Body]:
    """Name a function as the one that does jobs of `kind`.

    It is called as `fn(progress, **arguments)` in an application context, in the name of who started the
    job, and commits by itself. What it returns (plain JSON) is the job's result, of which people see what
    `labels` names, in that order; all of it where there are no labels. The work may be begun more than
    once, so its effect must bear that: best by `progress.finish_with`. A Refusal it raises is shown to
    people; any other error becomes "something went wrong" with the job's id, and its place in the log.
    """

    def put(body: Body) -> Body:
        _works[kind] = Work(kind, title, body, labels or {})
        return body

    return put


def every(seconds: float, name: str) -> Callable[[Upkeep], Upkeep]:
    """Name a function that the worker calls every so many seconds, in a transaction of its own.

    It gets the session and the app's configuration, and must be short: a second at most. Only one worker at a
    time calls it, and the worker commits.
    """

    def put(body: Upkeep) -> Upkeep:
        recurring[name] = Recurring(name, seconds, body)
        return body

    return put


def find(kind: str) -> Work | None:
    """The work of that kind; None for one that this version of the portal does not know."""
    return _works.get(kind)


def labels_of(kind: str) -> Mapping[str, LazyString | str]:
    """What people call the parts of such a work's result."""
    known = find(kind)
    return known.labels if known else {}


def title_of(kind: str) -> LazyString | str:
    """What people call work of this kind."""
    known = find(kind)
    return known.title if known else kind
