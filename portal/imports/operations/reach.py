"""How far an import of somebody who may not import everywhere reaches: their projects, their groups, their people."""

from uuid import UUID

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup, BeneficiaryPii
from portal.core.abilities import Ability
from portal.core.errors import Refusal
from portal.imports.models import ImportBatch, TempBeneficiary, TempBeneficiaryGroup, TempGroup
from portal.projects.models import Project


def check_project(session: Session, project: UUID | None, ability: Ability) -> None:
    """Raise Refusal unless the people of the import will lie where the importer may import.

    Who imports for some projects only has to name one of them: people in none would be out of their sight.
    """
    if ability.everywhere("import", "Beneficiary"):
        return
    known = ability.accessible(select(Project.uuid).where(Project.uuid == project), "read", Project)
    if project is None or session.scalar(known) is None:
        raise Refusal("Choose one of your projects for the people of this import.", field="project")


def keep_within_reach(session: Session, batch: ImportBatch, ability: Ability) -> int:
    """Before the chosen rows are taken: hold back those that would change a person whom the importer may not change.

    Returns how many. Raises Refusal for a project or a group that is out of reach: whoever joins a group joins its
    projects too.
    """
    check_project(session, batch.project_id, ability)
    if not ability.everywhere("update", "BeneficiaryGroup"):
        _check_groups(session, batch, ability)
    if ability.everywhere("update", "Beneficiary"):
        return 0
    theirs = exists().where(
        Beneficiary.uuid == TempBeneficiary.match_id, ability.condition("update", Beneficiary)
    )
    reason = func.jsonb_build_object(
        "code", "person_elsewhere", "match", TempBeneficiary.match_id, "blocking", True
    )
    held = session.scalars(
        update(TempBeneficiary)
        .where(
            TempBeneficiary.batch_id == batch.uuid,
            TempBeneficiary.take.is_(True),
            TempBeneficiary.verdict == "UPDATE",
        )
        .where(~theirs)
        .values(verdict="DUPLICATE", take=False, reasons=func.jsonb_build_array(reason))
        .returning(TempBeneficiary.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def keep_places(session: Session, batch: ImportBatch, ability: Ability) -> int:
    """Before the chosen rows are taken: leave out the places that they give to people whose place on record the
    importer may not know exactly, as they could not change it on the person's page either.

    Returns of how many rows. Who has no place on record gets the row's.
    """
    if ability.everywhere("locate", BeneficiaryPii):
        return 0
    unseen = exists().where(
        Beneficiary.uuid == TempBeneficiary.match_id,
        Beneficiary.latitude.is_not(None) | Beneficiary.longitude.is_not(None),
        BeneficiaryPii.beneficiary_id == Beneficiary.id,
        func.coalesce(ability.condition("locate", BeneficiaryPii), False).is_(False),
    )
    left = session.scalars(
        update(TempBeneficiary)
        .where(TempBeneficiary.batch_id == batch.uuid, TempBeneficiary.verdict == "UPDATE", unseen)
        .where(TempBeneficiary.latitude.is_not(None) | TempBeneficiary.longitude.is_not(None))
        .values(latitude=None, longitude=None)
        .returning(TempBeneficiary.id)
        .execution_options(synchronize_session=False)
    )
    return len(left.all())


def _check_groups(session: Session, batch: ImportBatch, ability: Ability) -> None:
    named = (
        select(TempGroup.name)
        .join(TempBeneficiaryGroup, TempBeneficiaryGroup.temp_group_uid == TempGroup.uuid)
        .join(TempBeneficiary, TempBeneficiary.uuid == TempBeneficiaryGroup.temp_benef_uid)
        .where(TempBeneficiary.batch_id == batch.uuid)
    )
    within = select(BeneficiaryGroup.id).where(ability.condition("update", BeneficiaryGroup))
    foreign = session.scalar(
        select(BeneficiaryGroup.name)
        .where(or_(BeneficiaryGroup.name.in_(named), BeneficiaryGroup.name == batch.group_name))
        .where(BeneficiaryGroup.id.not_in(within))
        .order_by(BeneficiaryGroup.name)
        .limit(1)
    )
    if foreign is not None:
        raise Refusal("The group %(group)s is not one of yours. Give the file another.", group=foreign)
