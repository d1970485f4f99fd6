"""A project in which somebody is paid, and browsers of people with roles."""

import pytest
from sqlalchemy.orm import Session

from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.jobs.conftest import desk
from tests.transactions.paying import Ground, make_ground

__all__ = ["SignedInAs", "desk", "manager", "signed_in_as", "viewer"]


@pytest.fixture
def ground(session: Session) -> Ground:
    """Asha is to be paid by a shop in a project."""
    return make_ground(session)
