"""Where somebody may be paid: in a project that is open, of which they are, by a vendor who works there."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject
from portal.core.errors import Refusal
from portal.projects.queries.project import the_active
from portal.vendors.queries.at_work import the_vendor_at_work


def check_place(session: Session, project: UUID, beneficiary: UUID, vendor: UUID) -> None:
    """See to it that this vendor may pay this person in this project, until the transaction ends.

    Who closes the project, takes the person or the vendor out of it or deletes them waits, or is waited for. Raises
    NotFound where there is no such project, and Refusal at `project`, `beneficiary` or `vendor`.
    """
    the_active(session, project)
    the_vendor_at_work(session, vendor, project)
    part = (
        select(BeneficiaryProject.id)
        .join(Beneficiary, Beneficiary.uuid == BeneficiaryProject.beneficiary_id)
        .where(
            BeneficiaryProject.project_id == project,
            BeneficiaryProject.beneficiary_id == beneficiary,
            BeneficiaryProject.deleted_at.is_(None),
            Beneficiary.deleted_at.is_(None),
        )
        .with_for_update(read=True)
    )
    if session.scalar(part) is None:
        raise Refusal("This person does not take part in the project.", field="beneficiary")
