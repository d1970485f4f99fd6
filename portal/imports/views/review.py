"""The review: every row with its verdict, by verdict, and what of it is to be taken."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.keyset import Count, read_position
from portal.imports.mapping import Mapping
from portal.imports.models import VERDICTS, ImportBatch
from portal.imports.operations.staging import count_verdicts
from portal.imports.queries.batches import batch
from portal.imports.queries.rows import IN_FILE_ORDER, page_of_rows
from portal.imports.views import bp
from portal.imports.views.changes import changes
from portal.imports.views.steps import page_of_batch, steps
from portal.imports.views.wording import all_in_words
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, query_of

VERDICT_LOOKS = {
    "NEW": ("good", "plus"),
    "UPDATE": ("info", "half"),
    "DUPLICATE": ("warn", "diamond"),
    "INVALID": ("bad", "cross"),
}
PLACES = {"latitude", "longitude", "coordinates"}
"""What columns are read as that say where people are."""


@bp.get("/<uuid:uuid>/review")
@requires("read", "ImportBatch")
def review_rows(uuid: UUID) -> Response:
    """A page of the rows, of one verdict or of all."""
    found = batch(db.session(), uuid, current_ability())
    if found.state != "REVIEW":
        return see_other(page_of_batch(found))
    wanted = request.args.get("verdict")
    verdict = wanted if wanted in VERDICTS else None
    position = read_position(request.args.get("at"), IN_FILE_ORDER)
    rows = page_of_rows(db.session(), uuid, current_ability(), verdict, position)
    counts = count_verdicts(db.session(), uuid)
    total = sum(count["rows"] for name, count in counts.items() if verdict in (None, name))
    query, fields = query_of(request.args), _fields(found)
    return page(
        "imports/review_rows.html",
        "rows",
        batch=found,
        verdict=verdict,
        rows=rows,
        mended=request.args.get("mend", type=int),
        pager=pager(rows, Count(total, False), query),
        query=query,
        counts=counts,
        chosen=sum(count["take"] for count in counts.values()),
        segments=list(_segments(counts, verdict)),
        fields=fields,
        places=bool(counts["UPDATE"]["rows"] and fields.keys() & PLACES),
        locates=current_ability().everywhere("locate", "BeneficiaryPii"),
        in_words=all_in_words,
        changes=changes,
        steps=steps(found, 4),
    )


def _segments(counts: dict[str, dict[str, int]], verdict: str | None) -> list[dict[str, Any]]:
    """The verdicts as links with their counts; the names stand in the badges' table."""
    words = {
        "NEW": _("New"),
        "UPDATE": _("Updates"),
        "DUPLICATE": _("Possible duplicates"),
        "INVALID": _("Invalid"),
    }
    everything = sum(count["rows"] for count in counts.values())
    segments = [
        {"label": _("All"), "url": here({}), "count": everything, "current": verdict is None, "tone": None}
    ]
    for name in words:
        tone, shape = VERDICT_LOOKS[name]
        segments.append(
            {
                "label": words[name],
                "url": here({"verdict": [name]}),
                "count": counts[name]["rows"],
                "current": verdict == name,
                "tone": tone,
                "shape": shape,
            }
        )
    return segments


def _fields(found: ImportBatch) -> dict[str, list[tuple[int, str]]]:
    """Field → positions and headers of the columns it is read from, so that a wrong cell can be mended."""
    mapping = Mapping.from_json(found.mapping["mapping"])
    fields: dict[str, list[tuple[int, str]]] = {}
    for column in mapping.columns:
        fields.setdefault(column.target, []).append((column.position, column.header))
    fields.setdefault("name", fields.get("first_name", []) + fields.get("last_name", []))
    return fields
