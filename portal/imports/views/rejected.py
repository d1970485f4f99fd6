"""The rows that were not taken, as a file that can be corrected and imported again."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row

from portal.core.db import db
from portal.core.spreadsheet import guard, held_by_xml, xlsx
from portal.imports.models import ImportBatch
from portal.imports.parsing import Inspection
from portal.imports.queries.rows import rejected_rows
from portal.imports.views.wording import all_in_words


def rejected_csv(batch: ImportBatch) -> Iterator[bytes]:
    """As CSV, each cell safe from being run as a formula."""
    return _lines(_table(batch))


def _lines(table: Iterable[list[str]]) -> Iterator[bytes]:
    yield "\ufeff".encode()
    for cells in table:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([guard(cell) for cell in cells])
        yield line.getvalue().encode()


def rejected_xlsx(batch: ImportBatch) -> Iterator[bytes]:
    """As a workbook, each cell a text."""
    table = _table(batch)
    return xlsx(next(table), ([held_by_xml(cell) for cell in row] for row in table), _("Not taken"))


def _table(batch: ImportBatch) -> Iterator[list[str]]:
    """The header and the rows. What the batch says is read now: the rows are sent when the request is long over."""
    headers = list(Inspection.from_json(batch.inspection).headers)
    return chain([[*headers, _("Row"), _("Why it was not taken")]], _rows(batch.uuid, len(headers)))


def _rows(batch: UUID, width: int) -> Iterator[list[str]]:
    for row in rejected_rows(db.session(), batch):
        cells = [cell or "" for cell in row.raw or ()]
        cells += [""] * (width - len(cells))
        yield [*cells[:width], str(row.row_number), _why(row)]


def _why(row: Row[*tuple[Any, ...]]) -> str:
    said = all_in_words(row.problems, row.reasons)
    return " ".join(said) if said else _("Left out in the review.")


WRITERS = {"csv": rejected_csv, "xlsx": rejected_xlsx}
