"""A project under way, and somebody who complains about it."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.enums import ProjectStatus
from portal.grievances.models import Grievance
from portal.projects.models import Project
from tests.factories import add_project, add_user_with
from tests.intake.pages import fill_in, follow, keys

WORDS = "The money never came.\nI asked twice."


@dataclass
class Camp:
    """A project, and the browser of somebody there."""

    session: Session
    browser: FlaskClient
    project: Project

    @property
    def address(self) -> str:
        """Where one complains about it."""
        return f"/complain/{self.project.uuid.hex[:8]}"

    def complain(self, words: str = WORDS, **typed: str) -> TestResponse:
        """Fill in the form and send it."""
        return fill_in(self.browser, self.address, words=words, **typed)

    def told(self, **typed: str) -> tuple[Grievance, str, str]:
        """A case that was told, its code and its PIN."""
        code, pin = keys(self.complain(**typed))
        return self.case(code), code, pin

    def case(self, code: str) -> Grievance:
        """The case of a code, as it is now."""
        self.session.expire_all()
        return self.session.scalars(select(Grievance).where(Grievance.code == code)).one()

    def cases(self) -> list[Grievance]:
        """All that were told."""
        self.session.expire_all()
        return list(self.session.scalars(select(Grievance).order_by(Grievance.id)))

    def follow(self, code: str, pin: str) -> TestResponse:
        """Come back to a case."""
        return follow(self.browser, code, pin)


@pytest.fixture
def camp(client: FlaskClient, session: Session) -> Camp:
    """A project under way."""
    add_user_with(session, "asha", "Supervisor")
    project = add_project(session, "Floods 2026", status=ProjectStatus.ACTIVE)
    session.commit()
    return Camp(session, client, project)
