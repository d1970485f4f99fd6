"""What every adapter can be asked, and what it answers: the same for a provider far away and for a file.

An adapter knows nothing of our tables. Before `execute` is called, the reference in the order is stored; whatever the
answer is, or if none comes, the same order under the same reference is one payment, or the adapter says so
(`Adapter.takes_a_reference_once`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from portal.core.enums import OfframpStatus


class Trouble(StrEnum):
    """Why an answer is none."""

    UNREACHED = "UNREACHED"
    """It never heard of it: no connection came about. Whatever was asked may be asked again."""
    UNKNOWN = "UNKNOWN"
    """It may have heard of it: time ran out, the line broke, or what it said could not be understood."""
    REFUSED = "REFUSED"
    """It said no, for good."""
    BUSY = "BUSY"
    """It said not now."""


class ProviderFault(Exception):
    """A provider's answer that is none. `words` are for people and hold nothing of what was sent.

    `facts` is what is kept of the conversation, masked.
    """

    def __init__(self, trouble: Trouble, words: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(words)
        self.trouble = trouble
        self.words = words
        self.facts = dict(facts or {})


@dataclass(frozen=True)
class Setting:
    """One key of a provider's configuration, from which its form is made.

    `kind` is text, url, currency, secret, number, flag or choice (of `choices`). A secret is sealed, never shown again.
    A number is from `least` to `most`.
    """

    key: str
    label: Any
    kind: str = "text"
    required: bool = True
    hint: Any = None
    choices: tuple[str, ...] = ()
    default: Any = None
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10) ** 12


@dataclass(frozen=True)
class Receiver:
    """Whose mobile money is paid into. Never part of a text that shows it."""

    network: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    name: str | None = field(repr=False)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to turn into money: an exact amount of a token on a chain, sent from an address."""

    chain: str
    token: str
    amount: Decimal
    sender_address: str
    currency: str


@dataclass(frozen=True)
class Quote:
    """What the receiver would get in `currency`, what is kept of it, and until when that holds."""

    currency: str
    fiat_amount: Decimal
    fee: Decimal
    quote_id: str | None = None
    expires_at: dt.datetime | None = None


@dataclass(frozen=True)
class Opened:
    """The provider's name for a request, and where it wants the tokens. `facts` is the conversation, masked.

    `tx_hash` is there where the provider moves the tokens itself, or none move (`none:` and something of its own).
    """

    request_id: str
    escrow_address: str | None = None
    tx_hash: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """The order to pay: under our `reference_id`, for the request of theirs, by the transfer `tx_hash`."""

    reference_id: str
    request_id: str
    tx_hash: str
    wanted: Wanted
    receiver: Receiver


@dataclass(frozen=True)
class Report:
    """What a provider says became of an order; `status` None: it knows no such reference.

    `amount_paid`, `currency` and `fee` are what the receiver got, where it says so. `facts` is masked.
    """

    status: OfframpStatus | None
    reason: str | None = None
    amount_paid: Decimal | None = None
    currency: str | None = None
    fee: Decimal | None = None
    wallet_id: str | None = None
    customer_key: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A callback as it was understood. `event_id` names the event at the provider; it counts once."""

    event_id: str
    reference_id: str | None
    request_id: str | None
    report: Report
    tx_hash: str | None = None


class BadCallback(Exception):
    """A callback that is not the provider's, or not understood. `status` is what it is answered: 401 or 400."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Adapter(Protocol):
    """One provider, as it is configured. Every method but `parse_callback` may take seconds and raise ProviderFault."""

    takes_a_reference_once: bool
    """Whether an order may be given again under the same reference without being paid again."""
    speaks: bool
    """Whether it can be asked at all; where not (a file), people say what became of an order."""

    def check(self) -> str:
        """Whether it can be reached and takes our key; what it said, for people."""
        ...

    def quote(self, wanted: Wanted) -> Quote | None:
        """What the receiver would get; None where this provider does not say beforehand."""
        ...

    def request(self, wanted: Wanted, key: str) -> Opened:
        """Open a request. It moves no money; asked again with the same `key` it may open another that nobody uses."""
        ...

    def execute(self, order: Order) -> Report:
        """Order the payment."""
        ...

    def status(self, reference_id: str) -> Report:
        """What became of an order."""
        ...

    def parse_callback(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Understand a callback, after its signature, its time and its event were checked. Raises BadCallback."""
        ...
