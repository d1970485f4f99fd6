"""What is to be done in the books of the Sandbox."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpProvider
from portal.offramp.watching import SandboxPayment


def sandboxes_with_work(session: Session) -> Sequence[OfframpProvider]:
    """The providers in whose books a payment's time has come, of which nobody was told yet."""
    due = select(SandboxPayment.provider_id).where(
        SandboxPayment.called_back_at.is_(None), SandboxPayment.settles_at <= func.clock_timestamp()
    )
    return session.scalars(
        select(OfframpProvider)
        .where(OfframpProvider.uuid.in_(due), OfframpProvider.adapter == "SANDBOX")
        .order_by(OfframpProvider.id)
    ).all()
