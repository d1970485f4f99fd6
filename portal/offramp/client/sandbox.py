"""The provider inside the portal: it takes orders, lets them wait, fails some, forgets to answer, and calls back.

Its book is a table of its own, written in transactions of its own, as if it lay with somebody else: what we know of an
order and what it knows differ as they would with a provider far away. What becomes of an order follows from its
reference and the `seed` alone, so a run can be repeated. It must be called while the caller holds no lock.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.enums import OfframpStatus
from portal.core.errors import sentence
from portal.core.secrets import lasting_hash
from portal.core.values.money import plain_amount
from portal.core.wallets import checksum
from portal.offramp.client.adapter import (
    Opened,
    Order,
    ProviderFault,
    Quote,
    Report,
    Setting,
    Told,
    Trouble,
    Wanted,
)
from portal.offramp.client.callbacks import understood
from portal.offramp.client.rates import by_rate
from portal.offramp.client.setup import Setup
from portal.offramp.client.signing import sign
from portal.offramp.watching import SandboxPayment

SETTINGS = (
    Setting(
        "currency",
        sentence("Currency that it pays out"),
        "currency",
        hint=sentence("Three letters, such as NPR."),
        default="NPR",
    ),
    Setting(
        "rate",
        sentence("Rate"),
        "number",
        hint=sentence("How much of that currency there is for one token."),
        default=Decimal(1),
        least=Decimal("0.00000001"),
    ),
    Setting(
        "fee",
        sentence("Fee in per cent"),
        "number",
        required=False,
        hint=sentence("What it keeps of each payment."),
        default=Decimal(0),
        most=Decimal(99),
    ),
    Setting(
        "failures",
        sentence("Failures in per cent"),
        "number",
        required=False,
        hint=sentence("How many of a hundred orders fail."),
        default=Decimal(0),
        most=Decimal(100),
    ),
    Setting(
        "lostAnswers",
        sentence("Lost answers in per cent"),
        "number",
        required=False,
        hint=sentence("How many of a hundred orders it takes without an answer reaching the portal."),
        default=Decimal(0),
        most=Decimal(100),
    ),
    Setting(
        "delayFrom",
        sentence("Shortest delay in seconds"),
        "number",
        required=False,
        hint=sentence("How long it works on an order at least."),
        default=Decimal(1),
        most=Decimal(86_400),
    ),
    Setting(
        "delayTo",
        sentence("Longest delay in seconds"),
        "number",
        required=False,
        default=Decimal(5),
        most=Decimal(86_400),
    ),
    Setting(
        "callbacks",
        sentence("It calls back"),
        "flag",
        required=False,
        hint=sentence("Where it does not, the portal has to ask what became of an order."),
        default=True,
    ),
    Setting(
        "seed",
        sentence("Seed"),
        required=False,
        hint=sentence("Another seed lets other orders fail."),
        default="rahat",
    ),
)

FAILURES = (
    "Insufficient float",
    "Receiver not registered for mobile money",
    "Daily limit of the receiver exceeded",
    "Account of the receiver is not active",
    "Network operator not available",
)
"""Why orders fail, as providers say it."""

QUOTE_HOLDS = dt.timedelta(minutes=10)
NO_ANSWER = sentence("No answer came.")
ANSWERS = sentence("The Sandbox answers.")
AT_ONCE = 500
"""Payments settled, and callbacks made, in one go."""


@dataclass(frozen=True)
class Callback:
    """A callback on its way: the body as it is sent, and the headers that sign it."""

    provider: UUID
    reference_id: str
    body: bytes
    headers: Mapping[str, str]


class Sandbox:
    """The Sandbox as one provider is set up."""

    takes_a_reference_once = True
    speaks = True

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._values = setup.values

    def check(self) -> str:
        """It is always there."""
        return ANSWERS

    def quote(self, wanted: Wanted) -> Quote:
        """By its rate, less its fee, for ten minutes."""
        quote_id = f"sbq-{self._hash('quote', repr(wanted))[:20]}"
        until = dt.datetime.now(dt.UTC) + QUOTE_HOLDS
        return by_rate(wanted, self._number("rate"), self._number("fee"), quote_id=quote_id, expires_at=until)

    def request(self, wanted: Wanted, key: str) -> Opened:
        """A request that is the same whenever it is asked for with the same key. No tokens have to move."""
        request_id = f"sbx-{self._hash('request', f'{self._setup.provider} {key}')[:24]}"
        escrow = checksum("0x" + self._hash("escrow", request_id)[:40])
        return Opened(
            request_id, escrow, f"none:{request_id}", {"requestId": request_id, "escrowAddress": escrow}
        )

    def execute(self, order: Order) -> Report:
        """Write the order into the book, once for a reference. Of some the answer is lost on its way."""
        quote = self.quote(order.wanted)
        with _book() as session:
            session.execute(
                insert(SandboxPayment)
                .values(
                    reference_id=order.reference_id,
                    request_id=order.request_id,
                    provider_id=self._setup.provider,
                    token=order.wanted.token,
                    amount=order.wanted.amount,
                    currency=quote.currency,
                    fiat_amount=quote.fiat_amount,
                    fee=quote.fee,
                    settles_at=func.clock_timestamp() + self._delay(order.reference_id),
                )
                .on_conflict_do_nothing(index_elements=["referenceId"])
            )
        if self._happens("lostAnswers", order.reference_id):
            raise ProviderFault(Trouble.UNKNOWN, NO_ANSWER, {"referenceId": order.reference_id})
        return Report(
            OfframpStatus.PROCESSING, facts={"referenceId": order.reference_id, "status": "PROCESSING"}
        )

    def status(self, reference_id: str) -> Report:
        """What stands in the book."""
        with _book() as session:
            self._settle(session, SandboxPayment.reference_id == reference_id)
            paid = session.scalar(
                select(SandboxPayment).where(
                    SandboxPayment.reference_id == reference_id,
                    SandboxPayment.provider_id == self._setup.provider,
                )
            )
            return Report(None, facts={"referenceId": reference_id}) if paid is None else _report(paid)

    def parse_callback(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """As of any provider."""
        return understood((self.secret(),), body, headers, now)

    def secret(self) -> str:
        """What it signs its callbacks with: known to this installation alone."""
        return lasting_hash(self._setup.instance, "sandbox callbacks", str(self._setup.provider)).hex()

    def settle_due(self) -> int:
        """Settle the payments whose time has come; how many there were."""
        with _book() as session:
            return self._settle(session, SandboxPayment.settles_at <= func.clock_timestamp())

    def callbacks_due(self, now: dt.datetime) -> list[Callback]:
        """What it has to tell: a callback for each settled payment that it has not told of, signed at `now`.

        Where it does not call back, there is nothing left to tell of them.
        """
        untold = (
            SandboxPayment.provider_id == self._setup.provider,
            SandboxPayment.status != OfframpStatus.PROCESSING,
            SandboxPayment.called_back_at.is_(None),
        )
        with _book() as session:
            if not self._values["callbacks"]:
                session.execute(
                    update(SandboxPayment).where(*untold).values(called_back_at=func.clock_timestamp())
                )
                return []
            told = select(SandboxPayment).where(*untold).order_by(SandboxPayment.settles_at).limit(AT_ONCE)
            return [self._callback(paid, now) for paid in session.scalars(told)]

    def note_called_back(self, reference_id: str) -> None:
        """Write down that a callback was taken, so that it is not sent again."""
        with _book() as session:
            session.execute(
                update(SandboxPayment)
                .where(SandboxPayment.reference_id == reference_id)
                .values(called_back_at=func.clock_timestamp())
            )

    def _settle(self, session: Session, which: Any) -> int:
        due = session.scalars(
            select(SandboxPayment)
            .where(
                which,
                SandboxPayment.provider_id == self._setup.provider,
                SandboxPayment.status == OfframpStatus.PROCESSING,
                SandboxPayment.settles_at <= func.clock_timestamp(),
            )
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for paid in due:
            paid.reason = self._failure(paid.reference_id)
            paid.status = OfframpStatus.FAILED if paid.reason else OfframpStatus.COMPLETED
        return len(due)

    def _failure(self, reference_id: str) -> str | None:
        if not self._happens("failures", reference_id):
            return None
        return FAILURES[int(self._hash("why", reference_id)[:8], 16) % len(FAILURES)]

    def _callback(self, paid: SandboxPayment, now: dt.datetime) -> Callback:
        said = {
            "event": f"payment.{paid.status.value.lower()}",
            "referenceId": paid.reference_id,
            "requestId": paid.request_id,
            "status": paid.status.value,
            "reason": paid.reason,
            "fiatAmount": plain_amount(paid.fiat_amount),
            "currency": paid.currency,
            "fee": plain_amount(paid.fee),
        }
        body = json.dumps(said).encode()
        event_id = f"sbe-{paid.reference_id}-{paid.status.value.lower()}"
        return Callback(paid.provider_id, paid.reference_id, body, sign(self.secret(), body, now, event_id))

    def _delay(self, reference_id: str) -> dt.timedelta:
        shortest, longest = float(self._number("delayFrom")), float(self._number("delayTo"))
        share = int(self._hash("delay", reference_id)[:8], 16) / 2**32
        return dt.timedelta(seconds=shortest + max(0.0, longest - shortest) * share)

    def _happens(self, setting: str, reference_id: str) -> bool:
        return int(self._hash(setting, reference_id)[:8], 16) * 100 < self._number(setting) * 2**32

    def _number(self, key: str) -> Decimal:
        return Decimal(self._values[key])

    def _hash(self, purpose: str, text: str) -> str:
        return hashlib.sha256(f"{self._values['seed']}\n{purpose}\n{text}".encode()).hexdigest()


def _report(paid: SandboxPayment) -> Report:
    facts = {"referenceId": paid.reference_id, "status": paid.status.value, "currency": paid.currency}
    if paid.status is not OfframpStatus.COMPLETED:
        return Report(paid.status, reason=paid.reason, facts=facts)
    facts = {**facts, "fiatAmount": plain_amount(paid.fiat_amount), "fee": plain_amount(paid.fee)}
    return Report(paid.status, None, paid.fiat_amount, paid.currency, paid.fee, facts=facts)


@contextmanager
def _book() -> Iterator[Session]:
    """A transaction of the Sandbox's own."""
    with Session(db.engine, expire_on_commit=False) as session, session.begin():
        yield session
