"""Making a request: what is to become money for whom, PENDING until a worker takes it to its provider."""

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.beneficiaries.models import VALID_PHONE, Beneficiary, BeneficiaryProject
from portal.core.errors import Conflict, Refusal
from portal.core.values.money import DECIMALS, MOST, currencies, decimals_of, plain_amount
from portal.offramp.chains import read_address
from portal.offramp.client.adapter import Quote
from portal.offramp.models import OfframpProvider, OfframpRequest
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import wake
from portal.offramp.queries.limits import release_limits
from portal.projects.queries.project import the_active
from portal.tokens.queries import decimals_of_token

_PHONE = re.compile(VALID_PHONE)


@dataclass(frozen=True)
class Asked:
    """What is asked for: that `amount` of a token on a chain, sent from an address, becomes money in `currency` on
    somebody's mobile account. Who they are never stands in a text that shows it."""

    provider: UUID
    project: UUID
    chain: str
    token: str
    amount: Decimal
    sender_address: str
    currency: str
    network: str = field(repr=False)
    phone: str = field(repr=False)
    name: str = field(repr=False)
    beneficiary: UUID | None = None

    def hash(self) -> str:
        """The same for the same request, however its amount was written."""
        told = [
            self.provider,
            self.project,
            self.chain,
            self.token,
            plain_amount(self.amount),
            self.sender_address.lower(),
            self.currency,
            self.network,
            self.phone,
            self.name,
            self.beneficiary,
        ]
        return sha256(json.dumps([str(part) for part in told]).encode()).hexdigest()


def make_request(
    session: Session, asked: Asked, *, by: int, key: UUID | None = None, quote: Quote | None = None
) -> UUID:
    """Make a PENDING request in the name of the user `by`; its uuid. `quote` is what they were shown.

    Who sends the same `key` again with the same request gets the uuid of what is there. Raises Conflict where they send
    another under it; NotFound where there is no such project; Refusal at its field where the project is not open, the
    provider not active, or what was typed cannot be: amount, token, chain, address, currency, network, phone, name.
    """
    known = _made_under(session, by, key)
    if known is not None:
        return _same(known, asked)
    the_active(session, asked.project)
    the_provider_at_work(session, asked.provider)
    check_amount(session, asked.amount, asked.token)
    check_receiver(session, asked)
    uuid = _insert(session, asked, by, key, quote)
    if uuid is None:  # the same form, sent at the same time, was first
        known = _made_under(session, by, key)
        if known is None:
            raise Conflict("This request was made already.")
        return _same(known, asked)
    facts = {"chain": asked.chain, "token": asked.token, "amount": plain_amount(asked.amount)}
    tell(session, uuid, Kind.MADE, by=by, facts=facts)
    if quote is not None:
        tell(session, uuid, Kind.QUOTED, by=by, facts=quote_facts(quote))
    wake(session, uuid)
    return uuid


def the_provider_at_work(session: Session, uuid: UUID) -> OfframpProvider:
    """The provider, if it is active; it stays so until the transaction ends. Raises Refusal at `provider`."""
    found: OfframpProvider | None = session.scalar(
        select(OfframpProvider)
        .where(OfframpProvider.uuid == uuid, OfframpProvider.deleted_at.is_(None), OfframpProvider.is_active)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Refusal("Choose a provider that is active.", field="provider")
    return found


def check_amount(session: Session, amount: Decimal, token: str) -> None:
    """Raises Refusal where there is no such token, or the amount is none or too fine for it."""
    decimals = decimals_of_token(session, token)
    if decimals is None:
        raise Refusal("There is no token called “%(code)s”.", field="token", code=token)
    if not amount.is_finite() or not 0 < amount < MOST:
        raise Refusal("An amount must be more than 0.", field="amount")
    most = min(decimals, DECIMALS)
    if decimals_of(amount) > most:
        raise Refusal(
            "An amount of %(code)s has at most this many decimals: %(most)s.",
            field="amount",
            code=token,
            most=most,
        )


def check_receiver(session: Session, asked: Asked) -> None:
    """Raises Refusal where nobody can be paid so. A person who is named stays in the project until it is done."""
    check_terms(asked.chain, asked.sender_address, asked.currency, asked.network)
    if not _PHONE.match(asked.phone):
        raise Refusal("Fill in a phone number with its country code.", field="phone")
    if not asked.name.strip():
        raise Refusal("Fill in the name under which the account runs.", field="name")
    if asked.beneficiary is None:
        return
    part = (
        select(BeneficiaryProject.id)
        .join(Beneficiary, Beneficiary.uuid == BeneficiaryProject.beneficiary_id)
        .where(
            BeneficiaryProject.project_id == asked.project,
            BeneficiaryProject.beneficiary_id == asked.beneficiary,
            BeneficiaryProject.deleted_at.is_(None),
            Beneficiary.deleted_at.is_(None),
        )
        .with_for_update(read=True)
    )
    if session.scalar(part) is None:
        raise Refusal("This person does not take part in the project.", field="beneficiary")


def check_terms(chain: str, sender_address: str, currency: str, network: str) -> None:
    """Raises Refusal at its field where one of what many requests can share is not known."""
    read_address(chain, sender_address)
    if currency not in currencies():
        raise Refusal("“%(code)s” is no currency.", field="currency", code=currency)
    if not network.strip():
        raise Refusal("Fill in the network of the mobile account.", field="network")


def quote_facts(quote: Quote) -> dict[str, str]:
    """What a story tells of a quote."""
    told = {
        "currency": quote.currency,
        "fiatAmount": plain_amount(quote.fiat_amount),
        "fee": plain_amount(quote.fee),
    }
    if quote.expires_at is not None:
        told["expiresAt"] = quote.expires_at.isoformat()
    return told


def _made_under(session: Session, by: int, key: UUID | None) -> Row[UUID, str | None] | None:
    """What this user made under the key."""
    if key is None:
        return None
    wanted = select(OfframpRequest.uuid, OfframpRequest.request_hash)
    return session.execute(
        wanted.where(OfframpRequest.created_by == by, OfframpRequest.request_key == key)
    ).one_or_none()


def _same(known: Row[UUID, str | None], asked: Asked) -> UUID:
    uuid, made = known
    if made != asked.hash():
        raise Conflict("This form was sent before with other content. Open it anew to make another request.")
    return uuid


def _insert(session: Session, asked: Asked, by: int, key: UUID | None, quote: Quote | None) -> UUID | None:
    """The uuid of the new row; None where one with the same key is there."""
    adding = insert(OfframpRequest).values(
        project_id=asked.project,
        provider_id=asked.provider,
        beneficiary_id=asked.beneficiary,
        chain=asked.chain,
        token=asked.token,
        amount=asked.amount,
        sender_address=read_address(asked.chain, asked.sender_address),
        currency=asked.currency,
        receiver_network=asked.network.strip(),
        receiver_phone=asked.phone,
        receiver_name=asked.name.strip(),
        needs_release=release_limits(session).needed(asked.token, asked.amount),
        fiat_amount=quote and quote.fiat_amount,
        fee=quote and quote.fee,
        quote_id=quote and quote.quote_id,
        quote_expires_at=quote and quote.expires_at,
        created_by=by,
        request_key=key,
        request_hash=asked.hash() if key else None,
    )
    return session.scalar(adding.on_conflict_do_nothing().returning(OfframpRequest.uuid))
