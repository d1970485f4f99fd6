"""Putting orders into payout files, each into one."""

from sqlalchemy import insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.db import rows_changed
from portal.core.errors import Refusal
from portal.offramp.files import PayoutFile
from portal.offramp.models import OfframpAttempt, OfframpEvent, OfframpProvider, OfframpRequest
from portal.offramp.operations.telling import Kind
from portal.offramp.queries.payout_files import MOST_ORDERS, next_number, waiting_orders


def make_file(session: Session, provider: OfframpProvider, ability: Ability, *, by: int) -> PayoutFile:
    """Put the orders that wait, of those that the maker may have as a file, into a new file for their provider: the
    oldest, as many as a file holds.

    The caller has locked the provider's row, so of two who do so at once the second finds what is left. An order about
    which somebody is writing something down at this moment waits for the next file. Raises Refusal where the provider
    is told otherwise, or nothing waits; the caller rolls back.
    """
    if provider.adapter != "FILE":
        raise Refusal("This provider is told of orders without a file.")
    number = next_number(session, provider.uuid)
    file = PayoutFile(provider_id=provider.uuid, number=number, orders=1, created_by=by)
    session.add(file)
    session.flush()
    # Requests first, as everybody does who writes about their tries: so nobody waits for each other.
    waiting = (
        waiting_orders(provider.uuid, ability)
        .with_only_columns(OfframpAttempt.id)
        .order_by(OfframpAttempt.id)
        .limit(MOST_ORDERS)
        .with_for_update(of=OfframpRequest, skip_locked=True)
    )
    orders = rows_changed(
        session.execute(
            update(OfframpAttempt)
            .where(OfframpAttempt.id.in_(waiting))
            .values(file_id=file.id)
            .execution_options(synchronize_session=False)
        )
    )
    if not orders:
        raise Refusal("No order waits for a file.")
    file.orders = orders
    session.flush()
    _tell(session, file, by)
    return file


def _tell(session: Session, file: PayoutFile, by: int) -> None:
    told = select(
        OfframpAttempt.offramp_id,
        OfframpAttempt.id,
        literal(Kind.FILED.value),
        literal({"file": file.number}, JSONB),
        literal(by),
    ).where(OfframpAttempt.file_id == file.id)
    columns = ("offrampId", "attemptId", "kind", "facts", "createdBy")
    session.execute(insert(OfframpEvent).from_select(columns, told))
