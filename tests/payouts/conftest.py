"""A project with a shop and people, and users who make lists and approve them."""

import pytest
from sqlalchemy.orm import Session

from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.jobs.conftest import desk
from tests.payouts.lists import Ground, make_ground

__all__ = ["SignedInAs", "desk", "manager", "signed_in_as", "viewer"]


@pytest.fixture
def ground(session: Session) -> Ground:
    """Ten people of a project that a shop works in, a maker and two approvers."""
    return make_ground(session)
