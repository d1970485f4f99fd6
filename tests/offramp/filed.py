"""Payout files for tests, made without the portal's own operations."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.files import PayoutFile
from portal.offramp.models import OfframpAttempt, OfframpProvider
from portal.projects.models import Project
from tests.offramp.requests import add_provider, add_request


def add_by_file(session: Session, project: Project | None = None, name: str = "By file") -> OfframpProvider:
    """A provider that is told by files, with an order that waits for one."""
    provider = add_provider(session, name, "FILE")
    add_request(session, provider, project, status=OfframpStatus.PROCESSING)
    return provider


def add_payout_file(session: Session, provider: OfframpProvider) -> PayoutFile:
    """A file that holds the order which was made last and stands in none yet."""
    number = session.scalar(select(func.count()).where(PayoutFile.provider_id == provider.uuid)) or 0
    file = PayoutFile(provider_id=provider.uuid, number=number + 1, orders=1)
    session.add(file)
    session.flush()
    latest = select(func.max(OfframpAttempt.id)).where(OfframpAttempt.file_id.is_(None))
    attempt = session.get_one(OfframpAttempt, session.scalar(latest))
    attempt.file_id = file.id
    session.flush()
    return file
