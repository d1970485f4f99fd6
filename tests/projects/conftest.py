"""Browsers of people with roles, and projects with something in them."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup
from portal.projects.models import Project
from portal.users.models import User
from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.factories import add_beneficiary, add_group, add_project, add_user_with

__all__ = ["SignedInAs", "manager", "signed_in_as", "viewer"]


@dataclass(frozen=True)
class Ground:
    """A running project with a group and two people in it, and one that is not ready and empty."""

    session: Session
    project: Project
    empty: Project
    group: BeneficiaryGroup
    asha: Beneficiary
    bina: Beneficiary
    somebody: User

    @property
    def url(self) -> str:
        """The running project's page."""
        return f"/projects/{self.project.uuid}"


@pytest.fixture
def here(session: Session) -> Ground:
    """A registry with two projects."""
    somebody = add_user_with(session, "somebody", "Viewer")
    project = add_project(session, "Koshi Flood Response", currency="NPR", time_zone="Asia/Kathmandu")
    empty = add_project(session, "Cash for Work", status="NOT_READY", type="CFW")
    group = add_group(session, "East bank", [project])
    asha = add_beneficiary(session, "Asha Tamang", projects=[project], groups=[group])
    bina = add_beneficiary(session, "Bina Rai", projects=[project])
    session.commit()
    return Ground(session, project, empty, group, asha, bina, somebody)
