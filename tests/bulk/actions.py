"""Bulk actions as a browser asks for them and a worker does them."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.bulk.models import BulkAction
from portal.bulk.tasks import do, undo
from portal.jobs.models import Job
from portal.jobs.tasks import Progress

LIST = "/beneficiaries"


def pick(
    client: FlaskClient,
    action: str,
    people: Iterable[UUID] = (),
    *,
    everybody: str | None = None,
    **more: Any,
) -> TestResponse:
    """Send the bar's form: with the people ticked, or with all of the list at the address `everybody`."""
    meant = (
        {"all": "yes", "list": everybody} if everybody else {"people": list(map(str, people)), "list": LIST}
    )
    return client.post("/bulk/new", data={"action": action, **meant, **more})


def drafted(client: FlaskClient, action: str, people: Iterable[UUID] = (), **told: Any) -> str:
    """The address of a draft, with what it needs to be told."""
    everybody = told.pop("everybody", None)
    answer = pick(client, action, people, everybody=everybody)
    assert answer.status_code == 303, answer.text
    page = str(answer.location)
    if told:
        answer = client.post(f"{page}/inputs", data={**told, "seen": version(client, page)})
        assert (answer.status_code, answer.location) == (303, page), answer.text
    return page


def version(client: FlaskClient, page: str) -> str:
    """The version of the draft that its page holds."""
    found = re.search(r'name="seen"[^>]*value="(\d+)"', client.get(page).text)
    assert found
    return found[1]


def confirm(client: FlaskClient, page: str) -> TestResponse:
    """Press the button that does it."""
    text = client.get(page).text
    expected = re.search(r'name="expected"[^>]*value="(\d*)"', text)
    data = {"seen": version(client, page), "expected": expected[1] if expected else ""}
    return client.post(f"{page}/confirm", data=data)


def action_at(session: Session, page: str) -> BulkAction:
    """The action of a page."""
    return session.scalars(select(BulkAction).where(BulkAction.uuid == UUID(page[-36:]))).one()


def work_off(session: Session, page: str) -> BulkAction:
    """Do what the action waits for, as its job would."""
    found = action_at(session, page)
    job = session.scalars(select(Job).where(Job.uuid == found.job_id)).one()
    work = do if found.state == "RUNNING" else undo
    work(Progress(), action=job.arguments["action"], by=job.arguments["by"])
    return action_at(session, page)


def done(session: Session, client: FlaskClient, action: str, people: Iterable[UUID] = (), **told: Any) -> str:
    """The address of an action that is done."""
    page = drafted(client, action, people, **told)
    assert confirm(client, page).status_code == 303
    assert work_off(session, page).state == "DONE"
    return page


def undone(session: Session, client: FlaskClient, page: str) -> BulkAction:
    """Undo a done action."""
    assert client.post(f"{page}/undo").status_code == 303
    return work_off(session, page)
