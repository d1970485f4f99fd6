"""What the columns of a batch are: proposed from the file and from memory, then fixed for the check."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.imports.mapping import Mapping, guess, shape
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_mapping
from portal.imports.parsing import Inspection
from portal.imports.queries.batches import remembered_mapping

USUAL_REGION = "NP"
"""The country of national phone numbers where neither PORTAL_REGION nor anybody says another."""


def propose_mapping(
    session: Session, batch: ImportBatch, usual_region: str, *, region: str | None = None
) -> tuple[Mapping, str]:
    """The batch's mapping and the country (ISO 3166) of its national phone numbers.

    As chosen before; else guessed, and completed by what was chosen for the last file of this shape.
    `usual_region` holds where nothing was chosen, `region` whatever was.
    """
    if batch.mapping:
        return Mapping.from_json(batch.mapping["mapping"]), region or batch.mapping["region"]
    inspection = Inspection.from_json(batch.inspection)
    remembered = remembered_mapping(session, shape(inspection.headers))
    chosen: str = region or (remembered["region"] if remembered else usual_region)
    mapping = guess(inspection.headers, inspection.sample, chosen, inspection.date_orders)
    return (mapping.recalled(remembered["memory"]) if remembered else mapping), chosen


def fix_mapping(
    session: Session,
    batch: UUID,
    mapping: Mapping,
    region: str,
    *,
    group_name: str | None,
    project: UUID | None,
    chosen_by: int | None,
) -> None:
    """Fix how the batch's columns are read and where its people go, and remember it for files of this shape.

    `chosen_by` is the id of the user who decides. The check may follow.
    """
    chosen = {"mapping": mapping.to_json(), "memory": mapping.to_memory(), "region": region}
    choose_mapping(
        session,
        batch,
        chosen,
        shape=shape([column.header for column in mapping.columns]),
        group_name=(group_name or "").strip() or None,
        project=project,
        chosen_by=chosen_by,
    )
