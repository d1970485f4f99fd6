"""Browsers of people with roles, and a group with people in it."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.core.enums import GroupPurpose
from portal.projects.models import Project
from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.factories import add_beneficiary, add_group, add_project
from tests.jobs.conftest import desk

__all__ = ["SignedInAs", "desk", "manager", "signed_in_as", "viewer"]


@dataclass(frozen=True)
class Ground:
    """A group with Asha and Bina in it, Chitra outside, and a project."""

    session: Session
    group: BeneficiaryGroup
    project: Project
    asha: Beneficiary
    bina: Beneficiary
    chitra: Beneficiary

    @property
    def url(self) -> str:
        """The group's page."""
        return f"/groups/{self.group.uuid}"

    def members(self, group: UUID | None = None) -> set[UUID]:
        """Who is in the group, or in another one."""
        inside = select(GroupedBeneficiary.beneficiary_id).where(
            GroupedBeneficiary.beneficiary_group_id == (group or self.group.uuid),
            GroupedBeneficiary.deleted_at.is_(None),
        )
        return set(self.session.scalars(inside))

    def taking_part(self, project: Project | None = None) -> set[UUID]:
        """Who is in the project."""
        inside = select(BeneficiaryProject.beneficiary_id).where(
            BeneficiaryProject.project_id == (project or self.project).uuid,
            BeneficiaryProject.deleted_at.is_(None),
        )
        return set(self.session.scalars(inside))


@pytest.fixture
def here(session: Session) -> Ground:
    """A registry with one group."""
    project = add_project(session, "Cash for Winter")
    group = add_group(session, "Widows", group_purpose=GroupPurpose.MOBILE_MONEY)
    asha = add_beneficiary(session, "Asha Tamang", groups=[group], gender="FEMALE")
    bina = add_beneficiary(session, "Bina Rai", groups=[group], gender="OTHER")
    chitra = add_beneficiary(session, "Chitra Gurung", gender="FEMALE")
    session.commit()
    return Ground(session, group, project, asha, bina, chitra)
