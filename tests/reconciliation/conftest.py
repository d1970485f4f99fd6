"""A list of ten people that was paid out, and the browser of who made it."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.payouts.models import PayoutList, PayoutRow
from portal.reconciliation import tasks
from portal.reconciliation.models import Reconciliation, ReconciliationRow
from tests.factories import enter_as
from tests.payouts.lists import Ground, make_ground


@dataclass
class Desk:
    """A list that was paid, its rows in their order, and who looks at what the provider says."""

    ground: Ground
    session: Session
    browser: FlaskClient
    found: PayoutList
    rows: list[PayoutRow]

    def file(self, lines: list[str], head: str = "Reference,Amount,Status,Reason") -> bytes:
        """A provider's file."""
        return "\n".join([head, *lines]).encode()

    def line(self, place: int, status: str, amount: str = "100", reason: str = "") -> str:
        """What the provider says of a row of the list."""
        return f"{self.rows[place].uuid},{amount},{status},{reason}"

    def take(self, content: bytes, name: str = "result.csv") -> TestResponse:
        """Send a file."""
        address = f"/reconciliations/of/{self.found.uuid}"
        return self.browser.post(address, data={"file": (BytesIO(content), name)})

    def check(self, content: bytes, name: str = "result.csv", **chosen: str) -> UUID:
        """Send a file, take its columns as they are guessed (or chosen), and have it checked."""
        address = self.take(content, name).location
        answer = self.browser.post(address, data=chosen)
        assert answer.status_code == 303, answer.text
        uuid = UUID(address.split("/")[-2])
        self.work(uuid)
        return uuid

    def work(self, uuid: UUID) -> None:
        """Do the job that waits."""
        job = self.session.scalars(select(Job).where(Job.uuid == self.at(uuid).job_id)).one()
        told = {name: value for name, value in job.arguments.items() if name != "link"}
        (tasks.check if job.kind == tasks.CHECK else tasks.mark)(Progress(), **told)

    def mark(self, uuid: UUID) -> None:
        """Mark what failed."""
        assert self.browser.post(f"/reconciliations/{uuid}/mark").status_code == 303
        self.work(uuid)

    def at(self, uuid: UUID) -> Reconciliation:
        """As it stands now."""
        self.session.expire_all()
        return self.session.get_one(Reconciliation, uuid)

    def verdicts(self, uuid: UUID) -> list[str]:
        """What follows from each row, in the file's order."""
        wanted = select(ReconciliationRow.verdict).where(ReconciliationRow.reconciliation_id == uuid)
        return list(self.session.scalars(wanted.order_by(ReconciliationRow.number)))


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    """A list of ten payments of 100 rupees."""
    ground = make_ground(session)
    found = ground.paid()
    browser = enter_as(app.test_client(), session, ground.maker)
    return Desk(ground, session, browser, found, list(ground.rows(found)))
