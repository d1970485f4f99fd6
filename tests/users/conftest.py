"""Who looks after roles in these tests."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.users.models import User
from tests.factories import add_user_with, enter_as


@pytest.fixture
def admin(session: Session, client: FlaskClient) -> User:
    """An administrator, signed in in `client`."""
    user = add_user_with(session, "admin", "Admin")
    enter_as(client, session, user)
    return user
