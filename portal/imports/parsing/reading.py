"""What the rest of the portal calls: look at a file, and stream its rows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from portal.imports.parsing import frames
from portal.imports.parsing.emitting import COPY_COLUMNS, LineWriter
from portal.imports.parsing.errors import damaged
from portal.imports.parsing.inspection import Inspection
from portal.imports.parsing.limits import INSPECT_WALL, STREAM_STALL
from portal.imports.parsing.process import ReadingProcess
from portal.imports.values import Plan


def inspect(
    path: Path, filename: str, *, sheet: str | None = None, encoding: str | None = None
) -> Inspection:
    """What the file at `path` is and holds; `filename` is the name it was sent under.

    `sheet` and `encoding` are a person's choice against the guess (the first visible sheet that holds
    anything; `encoding.ENCODINGS`). Reads in a confined process. Raises FileRefused with a sentence for the
    sender.
    """
    request = {
        "do": "inspect",
        "path": str(Path(path).resolve()),
        "filename": filename,
        "sheet": sheet,
        "encoding": encoding,
    }
    with ReadingProcess(request) as process:
        for frame in process.listen(INSPECT_WALL, time.monotonic() + INSPECT_WALL):
            if frame.kind == frames.RESULT:
                return Inspection.from_json(json.loads(frame.body))
    raise damaged()


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as COPY lines in `data`: how many, how many of them are held by problems, the number of the
    row the file has been read to, the blank rows so far, and the groups the rows name with how many rows
    name each."""

    data: bytes
    rows: int
    held: int
    last_row: int
    blank_rows: int
    groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """The sums at the end of a stream. `last_row` is the last row of the file, blank or not."""

    rows: int
    held: int
    blank_rows: int
    last_row: int


class RowStream:
    """The rows of a file, parsed and converted in a process of their own while this one stores them.

    with RowStream(path, inspection, plan) as rows, cursor.copy(statement) as copy: for batch in rows:
    copy.write(batch.data) rows.summary

    `sheet` is another sheet than the inspected one only if that one has the same columns. `columns`,
    `constants` and `fill` shape the lines: see `emitting.LineWriter`, also for the ValueError they raise.
    Leaving the block early ends the process at once. Iterating raises FileRefused when the file turns out
    unreadable on the way.
    """

    def __init__(
        self,
        path: Path,
        inspection: Inspection,
        plan: Plan,
        *,
        sheet: str | None = None,
        columns: Sequence[str] = COPY_COLUMNS,
        constants: Sequence[str | None] = (),
        fill: Mapping[str, str] | None = None,
    ) -> None:
        LineWriter(columns, constants, fill)  # a column that does not exist is said here, not by the child
        wanted = replace(inspection, sheet=sheet or inspection.sheet, sample=(), sample_rows=())
        self._request = {
            "do": "stream",
            "path": str(Path(path).resolve()),
            "inspection": wanted.to_json(),
            "plan": plan.to_json(),
            "columns": list(columns),
            "constants": list(constants),
            "fill": dict(fill or {}),
        }
        self._process: ReadingProcess | None = None
        self.summary: Summary | None = None
        """The sums, once all batches have been taken."""

    def __enter__(self) -> RowStream:
        self._process = ReadingProcess(self._request)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.end()

    def __iter__(self) -> Iterator[Batch]:
        if self._process is None:
            raise RuntimeError("a RowStream is read inside its with block")
        for frame in self._process.listen(STREAM_STALL):
            if frame.kind == frames.RESULT:
                self.summary = Summary(**json.loads(frame.body))
            else:
                head, _, lines = frame.body.partition(b"\n")
                yield Batch(data=lines, **json.loads(head))
