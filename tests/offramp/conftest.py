"""The ground on which requests are made, and browsers of people with roles."""

import pytest
from sqlalchemy.orm import Session

from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.jobs.conftest import desk
from tests.offramp.requests import Ground, make_ground

__all__ = ["SignedInAs", "desk", "manager", "signed_in_as", "viewer"]


@pytest.fixture
def ground(session: Session) -> Ground:
    """A provider is to pay Asha in a project."""
    return make_ground(session)
