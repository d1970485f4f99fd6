"""A hotline's spreadsheet, and bringing it."""

from io import BytesIO
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.intake import tasks
from portal.intake.models import HotlineFile
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.projects.models import Project
from portal.users.models import User

HEAD = "Caller,Phone,Category,Complaint"
CALLS = (
    "Maya Tharu,9812345678,Wrong amount,I got half",
    "Hari,,,The shop was closed",
)
INSPECTION: dict[str, object] = {
    "kind": "csv", "encoding": "utf-8", "delimiter": ",", "sheets": [], "sheet": None, "header_row": 1, "titles": [],
    "headers": ["Caller", "Complaint"], "sample": [["Maya", "I got half"]], "sample_rows": [2], "rows": 1,
    "blank_rows": 0, "rows_exact": True, "date_orders": {},
}  # fmt: skip


def bring(
    client: FlaskClient, project: Project, *lines: str, head: str = HEAD, name: str = "calls.csv"
) -> TestResponse:
    """Send a file."""
    content = BytesIO("\n".join([head, *lines]).encode())
    return client.post("/hotline", data={"project": str(project.uuid), "file": (content, name)})


def brought(client: FlaskClient, project: Project, *lines: str, **more: str) -> str:
    """Send a file and take its columns as they are guessed; its address."""
    columns = bring(client, project, *lines, **more).location
    answer = client.post(columns)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def take(session: Session, client: FlaskClient, address: str) -> None:
    """Have its new rows taken, and do the job."""
    assert client.post(f"{address}/take").status_code == 303
    work_off(session, UUID(address.rpartition("/")[2]))


def work_off(session: Session, uuid: UUID) -> None:
    """Do the job that waits."""
    session.expire_all()
    job_id = session.scalars(select(HotlineFile.job_id).where(HotlineFile.uuid == uuid)).one()
    job = session.scalars(select(Job).where(Job.uuid == job_id)).one()
    told = {key: value for key, value in job.arguments.items() if key != "link"}
    tasks.take(Progress(), **told)


def add_file(session: Session, project: Project, by: User, **facts: object) -> UUID:
    """A file that was looked at, without one on the disk."""
    usual = {"file_name": "calls.csv", "file_hash": "x", "inspection": INSPECTION}
    made = HotlineFile(**{"project_id": project.uuid, "created_by": by.id, **usual, **facts})
    session.add(made)
    session.flush()
    return made.uuid
