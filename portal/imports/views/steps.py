"""Where a batch stands on its way, and which page that is."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.imports.models import ImportBatch

PAGE_OF = {
    "UPLOADED": "imports.show_columns",
    "FAILED": "imports.show_columns",
    "CHECKING": "imports.show_check",
    "REVIEW": "imports.review_rows",
    "TAKING": "imports.show_result",
    "TAKEN": "imports.show_result",
    "UNDOING": "imports.show_result",
    "UNDONE": "imports.show_result",
}


def page_of_batch(batch: ImportBatch) -> str:
    """The address of the page on which the work on this batch goes on."""
    return url_for(PAGE_OF[batch.state], uuid=batch.uuid)


def steps(batch: ImportBatch | None, current: int) -> dict[str, Any]:
    """The five steps with the addresses of those that can be opened now, for the template's `steps`."""
    state = batch.state if batch else ""
    uuid = batch.uuid if batch else None
    readable = batch is not None and batch.file_path and state in {"UPLOADED", "FAILED", "REVIEW"}
    columns = url_for("imports.show_columns", uuid=uuid) if readable else None
    review = url_for("imports.review_rows", uuid=uuid) if state == "REVIEW" else None
    items = [
        (_("File"), None),
        (_("Columns"), columns),
        (_("Check"), None),
        (_("Review"), review),
        (_("Result"), None),
    ]
    return {"items": items, "current": current}
