"""The tries of requests."""

from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpAttempt, OfframpRequest


def try_under(session: Session, reference: str, provider: UUID) -> Row[UUID, int] | None:
    """The request and the id of its try that was sent to this provider under the reference; None where none was."""
    return session.execute(
        select(OfframpRequest.uuid, OfframpAttempt.id)
        .join(OfframpAttempt, OfframpAttempt.offramp_id == OfframpRequest.uuid)
        .where(OfframpAttempt.reference_id == reference, OfframpRequest.provider_id == provider)
    ).one_or_none()


def request_under(session: Session, name: str, provider: UUID) -> UUID | None:
    """The request that this provider calls so; None where it opened none under that name."""
    return session.scalar(
        select(OfframpRequest.uuid).where(
            OfframpRequest.request_id == name, OfframpRequest.provider_id == provider
        )
    )


def standing_try(session: Session, offramp: UUID) -> OfframpAttempt | None:
    """The try of a request that has not failed, as it stands now; None where each failed, or there is none."""
    return session.scalar(
        select(OfframpAttempt)
        .where(OfframpAttempt.offramp_id == offramp, OfframpAttempt.state != "FAILED")
        .execution_options(populate_existing=True)
    )


def last_try(session: Session, offramp: UUID) -> OfframpAttempt | None:
    """The newest try of a request, whatever became of it; None where there is none."""
    return session.scalar(
        select(OfframpAttempt)
        .where(OfframpAttempt.offramp_id == offramp)
        .order_by(OfframpAttempt.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
