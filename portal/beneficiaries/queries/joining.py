"""The groups that somebody can choose among: SELECTs of uuid and name, for `core.choosing`."""

from uuid import UUID

from sqlalchemy import Select, select

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability


def groups_to_see(ability: Ability) -> Select[UUID, str]:
    """The groups that this person sees."""
    return ability.accessible(_groups(), "read", BeneficiaryGroup)


def groups_to_join(ability: Ability) -> Select[UUID, str]:
    """The groups whose members this person may change: whoever joins one joins its projects too."""
    return ability.accessible(_groups(), "update", BeneficiaryGroup)


def _groups() -> Select[UUID, str]:
    return select(BeneficiaryGroup.uuid, BeneficiaryGroup.name).where(BeneficiaryGroup.deleted_at.is_(None))
