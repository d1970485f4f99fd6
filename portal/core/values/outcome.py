"""What a converter answers: a value, and what the reader should be told about the cell."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """Why a row is held. `message` is an English sentence and the key of its translation, with `%(name)s`."""

    field: str
    code: str
    message: str
    params: dict[str, Any] = {}

    def text(self) -> str:
        """The English sentence with its parameters filled in."""
        return self.message % self.params if self.params else self.message


class Note(NamedTuple):
    """A warning that does not hold the row. The parts are those of a `Problem`."""

    field: str
    code: str
    message: str
    params: dict[str, Any] = {}

    def text(self) -> str:
        """The English sentence with its parameters filled in."""
        return self.message % self.params if self.params else self.message


class Converted(NamedTuple):
    """One cell as its field takes it. `rest` is text of the cell that had no place in the field: it is kept
    among the extras of the row under the column's own header, so that nothing a file says is lost."""

    value: Any = None
    problem: Problem | None = None
    note: Note | None = None
    rest: str | None = None


ABSENT = Converted()


@dataclass(frozen=True, slots=True)
class Context:
    """What a converter must know beside the cell.

    `field` and `header` name the cell in sentences; `region` is the ISO 3166 code that national phone numbers
    belong to; `phone_style` tells how the column writes numbers without a plus ("national", "international",
    "mixed"); `date_order` is "DMY", "MDY" or "YMD"; `letters` is "HM" where a column of one letter
    genders is Spanish; `today` bounds dates of birth.
    """

    field: str
    header: str = ""
    region: str | None = None
    phone_style: str = "mixed"
    date_order: str = "DMY"
    letters: str = "MF"
    today: date = dataclasses.field(default_factory=lambda: datetime.now(UTC).date())


def shown(text: str, length: int = 60) -> str:
    """The cell as a sentence quotes it: one line, cut at `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
