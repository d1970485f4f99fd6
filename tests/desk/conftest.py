"""A shop that is signed in, beside what is paid in its project."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.beneficiaries.conftest import SignedInAs, signed_in_as
from tests.factories import enter_as
from tests.transactions.conftest import ground
from tests.transactions.paying import Ground

__all__ = ["SignedInAs", "ground", "signed_in_as"]


def let_in(app: Flask, session: Session, shop: Vendor) -> FlaskClient:
    """The browser of a shop's own user."""
    user = session.query(User).where(User.uuid == shop.uuid).one()
    session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=f"{user.id}@shops.example.org"))
    session.commit()
    return enter_as(app.test_client(), session, user)


@pytest.fixture
def desk(app: Flask, session: Session, ground: Ground) -> FlaskClient:
    """The browser of the shop on the ground."""
    return let_in(app, session, ground.shop)
