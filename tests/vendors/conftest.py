"""Browsers of people with roles, and a vendor at work in a project."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.projects.models import Project
from portal.vendors.models import Vendor
from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.factories import add_project
from tests.vendors.shops import add_vendor

__all__ = ["SignedInAs", "manager", "signed_in_as", "viewer"]


@dataclass(frozen=True)
class Ground:
    """A vendor, the project they work in, and one in which they do not."""

    session: Session
    shop: Vendor
    winter: Project
    flood: Project

    @property
    def url(self) -> str:
        """The vendor's page."""
        return f"/vendors/{self.shop.uuid}"

    def fresh(self) -> Vendor:
        """The vendor as the database has them now."""
        self.session.refresh(self.shop)
        return self.shop


@pytest.fixture
def here(session: Session) -> Ground:
    """A registry with one vendor."""
    winter, flood = add_project(session, "Cash for Winter"), add_project(session, "Flood Response")
    shop = add_vendor(session, "Inaruwa Grain Store", [winter], email="grain@example.org", location="Sunsari")
    session.commit()
    return Ground(session, shop, winter, flood)


@pytest.fixture
def vendor_browser(signed_in_as: SignedInAs) -> FlaskClient:
    """The browser of somebody with the role Vendor who is no vendor of this registry."""
    return signed_in_as("Vendor")
