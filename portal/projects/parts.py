"""What hangs on projects and belongs to modules above: how many of each there are, and what is not finished yet.

Those modules say so when they are loaded, so a project's page shows its people and payouts and knows of neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select


@dataclass(frozen=True)
class Part:
    """A kind of thing that takes part in projects.

    `link` is the model that names the project (`project_id`) and may be soft-deleted (`deleted_at`). `subject` is the
    model that decides what the reader may see of it, and `on` joins it to the link where the two are not one.
    `endpoint` is a list that narrows to a project named `by`.
    """

    name: str
    label: Any
    link: type[Any]
    subject: type[Any]
    endpoint: str
    by: str = "project"
    on: ColumnElement[bool] | None = None
    order: int = 50


@dataclass(frozen=True)
class OpenEnd:
    """Something in a project that is not finished, told before the project is closed.

    `count` is a SELECT of how many there are in a project; `said` says that number in words, in the reader's language.
    With a `subject`, the model that is counted, only those count that the reader may see.
    """

    name: str
    count: Callable[[UUID], Select[int]]
    said: Callable[[int], str]
    subject: type[Any] | None = None


_parts: dict[str, Part] = {}
_ends: dict[str, OpenEnd] = {}


def offer_part(part: Part) -> None:
    """Have a kind of thing counted in each project."""
    _parts[part.name] = part


def offer_open_end(end: OpenEnd) -> None:
    """Have something told of before a project is closed."""
    _ends[end.name] = end


def parts() -> list[Part]:
    """All kinds of things, in their order."""
    return sorted(_parts.values(), key=lambda part: part.order)


def open_ends() -> list[OpenEnd]:
    """All that may not be finished."""
    return list(_ends.values())
