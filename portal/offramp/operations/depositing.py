"""The transfer of the tokens: its hash is said, by the provider or by who made it, and a request can be sent."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.chains import read_hash, spelt_hash
from portal.offramp.models import OfframpRequest, OfframpTransaction
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, wake


def deposit(session: Session, uuid: UUID, tx_hash: str, *, by: int) -> None:
    """Say by which transfer the tokens were sent, in the name of the user `by`. Said again, it is said once.

    Raises Refusal at `tx_hash` for what is no hash of that chain, or another request's; Conflict where the provider has
    not opened the request yet, or another transfer is known; NotFound where there is no such request.
    """
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    if request.request_id is None:
        raise Conflict("The provider has not said yet where it wants the tokens.")
    spelt = read_hash(request.chain, tx_hash)
    known = session.scalar(
        select(OfframpTransaction.tx_hash).where(OfframpTransaction.request_id == request.request_id)
    )
    if known is not None:
        if known == spelt:
            return
        raise Conflict("Another transfer is known for this request already.")
    if request.status != OfframpStatus.PENDING:
        raise Conflict("This request is not waiting for tokens any more.")
    if not add_transfer(session, request, spelt, by=by):
        raise Refusal("This transfer belongs to another request already.", field="tx_hash")
    wake(session, uuid)


def add_transfer(session: Session, request: OfframpRequest, tx_hash: str, *, by: int | None = None) -> bool:
    """Keep the hash of the transfer; False, and nothing is kept, where it is another request's, or one is known.

    The request is held.
    """
    spelt = spelt_hash(request.chain, tx_hash)
    adding = insert(OfframpTransaction).values(
        request_id=request.request_id, tx_hash=spelt, chain=request.chain, token=request.token, created_by=by
    )
    made = session.scalar(adding.on_conflict_do_nothing().returning(OfframpTransaction.id))
    if made is None:
        return False
    tell(session, request.uuid, Kind.DEPOSITED, by=by, facts={"txHash": spelt})
    return True
