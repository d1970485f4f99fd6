"""What a provider said when it was asked what became of a try."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.offramp.client.adapter import ProviderFault, Report
from portal.offramp.models import OfframpAttempt
from portal.offramp.operations.settling import Outcome, Source, settle
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import held_for


def begin_check(session: Session, attempt: int) -> None:
    """A try that is still being handed over when somebody asks for it was left so by who handed it over: whether the
    provider has it is not known. The request is held."""
    left = session.execute(
        update(OfframpAttempt)
        .where(OfframpAttempt.id == attempt, OfframpAttempt.state == "SENDING")
        .values(state="UNKNOWN")
        .returning(OfframpAttempt.offramp_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if left is not None:
        tell(session, left.offramp_id, Kind.UNANSWERED, attempt=attempt, facts={"trouble": "INTERRUPTED"})


def note_status(session: Session, attempt: int, report: Report) -> Outcome:
    """Write what a provider says of a try; what that did. It may say that it knows no such reference."""
    uuid = held_for(session, attempt)
    known = report.status is not None
    status = {"status": report.status.value} if report.status is not None else {}
    tell(session, uuid, Kind.CHECKED, attempt=attempt, facts={"known": known, **status, **report.facts})
    return settle(session, attempt, report, source=Source.POLL)


def note_not_checked(session: Session, attempt: int, fault: ProviderFault) -> None:
    """Tell that a provider did not say what became of a try; nothing moves."""
    uuid = held_for(session, attempt)
    said = {"trouble": fault.trouble.value, "said": fault.words, **fault.facts}
    tell(session, uuid, Kind.UNANSWERED, attempt=attempt, facts=said)
