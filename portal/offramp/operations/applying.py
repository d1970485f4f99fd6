"""Doing what follows from a statement: what is under way here ends as it says, and what differs is raised."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.values.money import plain_amount
from portal.offramp.client.adapter import Report
from portal.offramp.client.masking import reason_of
from portal.offramp.models import OfframpAttempt, OfframpRequest
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.settling import Outcome, Source, settle
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import held_for
from portal.offramp.statements import StatementRow
from portal.offramp.stating import Verdict

CHANGING = (Verdict.PAID, Verdict.FAILED, Verdict.DIFFERS, Verdict.CONTRADICTS)
"""The verdicts from which anything follows."""
AT_ONCE = 100


def rows_to_apply(session: Session, statement: UUID) -> Sequence[int]:
    """The numbers of the rows from which something follows, in the order of their requests."""
    row = StatementRow
    wanted = select(row.number).where(
        row.statement_id == statement, row.verdict.in_(CHANGING), row.attempt_id.is_not(None)
    )
    return session.scalars(wanted.order_by(row.offramp_id, row.number)).all()


def apply_row(session: Session, statement: UUID, number: int, *, by: int) -> Outcome:
    """Do what follows from one row, in the name of the user `by`. What moved on meanwhile stays; done twice, nothing
    follows the second time."""
    row = session.get_one(StatementRow, (statement, number))
    if row.attempt_id is None:
        return Outcome.SAME
    offramp = held_for(session, row.attempt_id)
    if row.verdict == Verdict.DIFFERS:
        _raise(session, row, offramp)
        return Outcome.SAME
    paid = row.verdict == Verdict.PAID or (
        row.verdict == Verdict.CONTRADICTS and _state(session, row.attempt_id) == "FAILED"
    )
    report = Report(
        OfframpStatus.COMPLETED if paid else OfframpStatus.FAILED,
        reason=None if paid else reason_of(row.reason or row.said),
        amount_paid=row.amount if paid else None,
        currency=_currency(session, offramp) if paid and row.amount is not None else None,
    )
    outcome = settle(session, row.attempt_id, report, source=Source.FILE, by=by)
    if outcome is not Outcome.SAME:
        facts = {"row": number, "status": report.status.value if report.status else None}
        tell(session, offramp, Kind.STATEMENT, attempt=row.attempt_id, by=by, facts=facts)
    return outcome


def _raise(session: Session, row: StatementRow, offramp: UUID) -> None:
    request = session.scalars(select(OfframpRequest).where(OfframpRequest.uuid == offramp)).one()
    tried = session.get_one(OfframpAttempt, row.attempt_id)
    if row.tokens is not None and row.tokens != request.amount:
        kept, said, unit = request.amount, row.tokens, request.token
    else:
        kept, said = tried.amount_paid or request.fiat_amount or request.amount, row.amount or request.amount
        unit = tried.currency or request.currency or ""
    facts = {
        "kept": plain_amount(kept),
        "keptCurrency": unit,
        "amountPaid": plain_amount(said),
        "currency": unit,
    }
    raise_attention(session, "DIFFERS", provider=request.provider_id, offramp=offramp, facts=facts)


def _currency(session: Session, offramp: UUID) -> str | None:
    """In what the receiver is paid, which a statement does not say."""
    return session.scalars(select(OfframpRequest.currency).where(OfframpRequest.uuid == offramp)).one()


def _state(session: Session, attempt: int) -> str:
    return session.scalars(select(OfframpAttempt.state).where(OfframpAttempt.id == attempt)).one()
