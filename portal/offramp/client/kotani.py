"""Kotani Pay, version 3 of its interface: tokens in, mobile money out.

It takes a reference once: what is ordered again under it is either answered as before or refused as known, and in
neither case paid again. So an order whose answer was lost may be given again under its own reference, and only then.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import quote as quoted

from portal.core.errors import sentence
from portal.offramp.client.adapter import (
    Opened,
    Order,
    ProviderFault,
    Quote,
    Receiver,
    Report,
    Setting,
    Told,
    Trouble,
    Wanted,
)
from portal.offramp.client.answers import (
    NotUnderstood,
    amount_in,
    heart_of,
    moment_in,
    name_in,
    object_of,
    reason_in,
    report_of,
)
from portal.offramp.client.callbacks import understood
from portal.offramp.client.hosts import place_of
from portal.offramp.client.leash import Answer, Line
from portal.offramp.client.masking import masked
from portal.offramp.client.setup import Setup

HOSTS = ("api.kotanipay.com", "api.kotanipay.io", "sandbox-api.kotanipay.io")
"""Where Kotani Pay is, unless the configuration names other hosts."""

SETTINGS = (
    Setting(
        "baseUrl",
        sentence("Address"),
        "url",
        hint=sentence("Such as https://sandbox-api.kotanipay.io/api/v3"),
    ),
    Setting(
        "apiKey", sentence("Key"), "secret", hint=sentence("What Kotani Pay gave for this organisation.")
    ),
    Setting(
        "currency",
        sentence("Currency that it pays out"),
        "currency",
        hint=sentence("Three letters, such as KES."),
        default="KES",
    ),
    Setting(
        "networks",
        sentence("Networks"),
        required=False,
        hint=sentence("Mobile money networks that it knows, parted by commas: MPESA, MTN, AIRTEL."),
        default="MPESA, MTN, AIRTEL",
    ),
    Setting(
        "callbackSecret",
        sentence("Secret of its callbacks"),
        "secret",
        required=False,
        hint=sentence("Without one its callbacks are refused, and the portal asks by itself."),
    ),
    Setting(
        "formerSecret",
        sentence("Former secret of its callbacks"),
        "secret",
        required=False,
        hint=sentence("Taken as well while the provider changes to the new one."),
    ),
)

NOT_UNDERSTOOD = sentence("The provider's answer could not be understood.")
ELSEWHERE = sentence("The provider points elsewhere, which is not followed. Correct its address.")
KEY_REFUSED = sentence("The provider does not accept our key.")
REFUSED = sentence("The provider refuses this.")
BUSY = sentence("The provider cannot take this just now.")
FAULTY = sentence("The provider has a fault.")
KNOWN = sentence("The provider knows this reference already; what became of it is being asked.")
ANSWERS = sentence("It answers, and takes our key.")

NO_SUCH_PATH = "cannot get"
"""How it says that there is nothing at an address at all, which tells nothing of the reference."""
KNOWN_WORDS = ("already", "duplicate", "exists")


class KotaniPay:
    """Kotani Pay as one provider is set up."""

    takes_a_reference_once = True
    speaks = True

    def __init__(self, setup: Setup) -> None:
        values = setup.values
        place = place_of(values["baseUrl"], setup.hosts, HOSTS, loopback=setup.loopback)
        self._key: str = values["apiKey"]
        self._line = Line(place, self._key, setup.seconds, loopback=setup.loopback)
        self._secrets = (values["callbackSecret"], values["formerSecret"])

    def check(self) -> str:
        """Ask for something that moves nothing, and which only a key is answered."""
        self._asked("GET", "/offramp/crypto-to-fiat/supported-chains")
        return ANSWERS

    def quote(self, wanted: Wanted) -> Quote:
        """What it would pay now."""
        content = {"from": wanted.token, "to": wanted.currency, "cryptoAmount": wanted.amount}
        heart = heart_of(self._asked("POST", "/rate/offramp", content))
        with _understanding(heart):
            fiat = amount_in(heart, "transactionAmount", "fiatAmount")
            if not fiat:
                raise NotUnderstood("no amount")
            return Quote(
                currency=wanted.currency,
                fiat_amount=fiat,
                fee=amount_in(heart, "fee") or Decimal(0),
                quote_id=name_in(heart, "id", "rateId", "quoteId"),
                expires_at=moment_in(heart, "expiresAt", "expiry"),
            )

    def request(self, wanted: Wanted, key: str) -> Opened:
        """Open a request. It knows no keys for that: asked again it opens another, and the first comes to nothing."""
        content = {
            "chain": wanted.chain,
            "token": wanted.token,
            "senders_amount": wanted.amount,
            "senders_address": wanted.sender_address,
        }
        answer = self._asked("POST", "/offramp/crypto-to-fiat/mobile-money/request", content)
        heart = heart_of(answer)
        with _understanding(heart):
            request_id = name_in(heart, "requestId")
            if request_id is None:
                raise NotUnderstood("no request")
            return Opened(request_id, name_in(heart, "escrowAddress"), facts=masked(answer, [self._key]))

    def execute(self, order: Order) -> Report:
        """Order the payment."""
        wanted, receiver = order.wanted, order.receiver
        content = {
            "mobileMoneyReceiver": {
                "networkProvider": receiver.network,
                "phoneNumber": receiver.phone,
                "accountName": receiver.name,
            },
            "currency": wanted.currency,
            "chain": wanted.chain,
            "token": wanted.token,
            "cryptoAmount": wanted.amount,
            "senderAddress": wanted.sender_address,
            "referenceId": order.reference_id,
            "transactionHash": order.tx_hash,
        }
        answer = self._asked("POST", "/offramp", content, receiver)
        return _report(answer, order.reference_id, self._hidden(receiver))

    def status(self, reference_id: str) -> Report:
        """What it says of a reference. That it knows none counts only if it says so itself, in JSON."""
        answer = self._line.ask("GET", f"/offramp/{quoted(reference_id, safe='')}")
        if answer.status == 404:
            content = _content(answer)
            if content is None or str(content.get("message", "")).lower().startswith(NO_SUCH_PATH):
                raise ProviderFault(Trouble.UNKNOWN, NOT_UNDERSTOOD, {"http": 404})
            return Report(None, facts={"http": 404, **masked(content, [self._key])})
        return _report(self._judged(answer), reference_id, [self._key])

    def parse_callback(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Signed with the secret, or with the one before it."""
        return understood(self._secrets, body, headers, now)

    def _asked(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | None = None,
        receiver: Receiver | None = None,
    ) -> dict[str, Any]:
        return self._judged(self._line.ask(method, path, content), receiver)

    def _hidden(self, receiver: Receiver | None) -> list[str | None]:
        return [self._key, *((receiver.phone, receiver.name) if receiver else ())]

    def _judged(self, answer: Answer, receiver: Receiver | None = None) -> dict[str, Any]:
        """The object that it answered with. Raises ProviderFault for any answer that is not one of success."""
        content = _content(answer)
        facts = {"http": answer.status, **masked(content or {}, self._hidden(receiver))}
        if 200 <= answer.status < 300:
            if content is None:
                raise ProviderFault(Trouble.UNKNOWN, NOT_UNDERSTOOD, facts)
            if content.get("success") is not False:
                return content
        trouble, words = _no(answer.status, content)
        raise ProviderFault(trouble, words, facts)


def _report(content: Mapping[str, Any], reference_id: str, hidden: Sequence[str | None]) -> Report:
    """What an answer says of this reference. Raises ProviderFault for one that speaks of another."""
    with _understanding(content):
        said = name_in(heart_of(content), "referenceId")
        if said is not None and said != reference_id:
            raise NotUnderstood("about another reference")
        return report_of(content, hidden)


def _content(answer: Answer) -> dict[str, Any] | None:
    try:
        return object_of(answer.body)
    except NotUnderstood:
        return None


def _no(status: int, content: Mapping[str, Any] | None) -> tuple[Trouble, str]:
    """What an answer that is not one of success means, and in which words.

    Only what the provider itself says, in its own JSON, is a no for good: a gateway before it knows nothing of an order
    that came through earlier. A refused key is no such no either, since another key can be set.
    """
    if 300 <= status < 400:
        return Trouble.UNKNOWN, ELSEWHERE
    if status in {401, 403}:
        return Trouble.BUSY, KEY_REFUSED
    if status in {425, 429}:
        return Trouble.BUSY, BUSY
    if status >= 500 or status == 408:
        return Trouble.UNKNOWN, FAULTY
    if content is None:
        return Trouble.UNKNOWN, NOT_UNDERSTOOD
    reason = reason_in(content)
    if status == 409 or any(word in (reason or "").lower() for word in KNOWN_WORDS):
        return Trouble.UNKNOWN, KNOWN
    return Trouble.REFUSED, reason or REFUSED


@contextmanager
def _understanding(content: Mapping[str, Any]) -> Iterator[None]:
    """What is not understood may have been taken."""
    try:
        yield
    except NotUnderstood:
        raise ProviderFault(Trouble.UNKNOWN, NOT_UNDERSTOOD, masked(content)) from None
