"""Sending an approved payout list: a request for each of its payments that has none, by one statement."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import NotFound, Refusal
from portal.offramp.chains import read_address
from portal.offramp.operations.making import check_terms, the_provider_at_work
from portal.offramp.queries.limits import release_limits
from portal.offramp.queries.lists import PHONE, STANDING, list_with
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.terms import Method
from portal.projects.queries.project import the_active
from portal.tokens.queries import decimals_of_token


@dataclass(frozen=True)
class ListTerms:
    """How a list is sent: through whom, on which chain and from which address, into accounts of which network, in which
    currency. The token and the amounts are the list's own."""

    provider: UUID
    chain: str
    sender_address: str
    currency: str
    network: str


# Whoever erases one of them waits, or is waited for: what was read of somebody before is not written after.
_HOLD = text(
    """
    SELECT count(*) FROM (SELECT FROM tbl_beneficiaries b
        WHERE b.uuid IN (SELECT r."beneficiaryId" FROM tbl_payout_rows r WHERE r."listId" = :list)
        ORDER BY b.uuid FOR SHARE) held
    """
)

# Who approved the list lets its requests go, unless they are the one who sends it.
_MAKE = text(
    f"""
    WITH made AS (
        INSERT INTO tbl_offramps ("projectId", "providerId", "transactionId", "payoutListId", "beneficiaryId", chain,
            token, amount, "senderAddress", currency, "receiverNetwork", "receiverPhone", "receiverName",
            "needsRelease", "releasedBy", "releasedAt", "createdBy")
        SELECT :project, :provider, s.uuid, :list, s."beneficiaryId", :chain, :token, s.amount, :sender, :currency,
            :network, s.phone, s.name, large,
            CASE WHEN large AND s."decidedBy" <> :by THEN s."decidedBy" END,
            CASE WHEN large AND s."decidedBy" <> :by THEN now() END, :by
        FROM (SELECT x.*, x.amount > :limit AS large FROM ({STANDING}) x WHERE x.verdict = 'CAN') s
        ORDER BY s.uuid
        ON CONFLICT DO NOTHING
        RETURNING uuid, amount, "releasedBy"
    ), told AS (
        INSERT INTO tbl_offramp_events ("offrampId", kind, facts, "createdBy")
        SELECT uuid, 'MADE', jsonb_build_object('chain', CAST(:chain AS text), 'token', CAST(:token AS text),
            'amount', trim_scale(amount)::text), :by FROM made
    ), released AS (
        INSERT INTO tbl_offramp_events ("offrampId", kind, "createdBy")
        SELECT uuid, 'RELEASED', "releasedBy" FROM made WHERE "releasedBy" IS NOT NULL
    )
    INSERT INTO tbl_offramp_work ("offrampId") SELECT uuid FROM made
    """
)


def check_list(session: Session, found: PayoutList) -> None:
    """Raises Refusal where a list cannot be sent at all: it is not approved, not for mobile money, not in a token."""
    if found.state != State.APPROVED:
        raise Refusal("Only a payout list that was approved is sent.")
    if found.method != Method.MOBILE_MONEY:
        raise Refusal("This list is not paid by mobile money, so nobody approved the phones to pay to.")
    if decimals_of_token(session, found.currency) is None:
        raise Refusal("This list is in %(code)s, which is no token.", code=found.currency)


def make_from_list(session: Session, payout_list: UUID, terms: ListTerms, *, by: int) -> int:
    """Make a request for each payment of an approved list that can be sent and has none; how many.

    Asked again it adds only what has none. Where the money goes is what was approved. Raises NotFound where there is no
    such list, and Refusal (at a field, where it is one of the terms) where it or its project, or the provider, cannot.
    """
    found = session.scalar(list_with(payout_list))
    if found is None:
        raise NotFound
    check_list(session, found)
    the_active(session, found.project_id)
    the_provider_at_work(session, terms.provider)
    check_terms(terms.chain, terms.sender_address, terms.currency, terms.network)
    session.execute(_HOLD, {"list": payout_list})
    told = {
        "list": payout_list,
        "project": found.project_id,
        "provider": terms.provider,
        "chain": terms.chain,
        "token": found.currency,
        "sender": read_address(terms.chain, terms.sender_address),
        "currency": terms.currency,
        "network": terms.network.strip(),
        "limit": release_limits(session).of(found.currency),
        "by": by,
        **PHONE,
    }
    return rows_changed(session.execute(_MAKE, told))
