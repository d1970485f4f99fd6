"""A provider without an interface: what it is to pay is handed to it in a file, and what it paid comes back in one.

So nobody is asked and nobody calls back. An order counts as taken when it is given: from then on it stands in the next
payout file, and people say what became of it, by the provider's file or by hand.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from decimal import Decimal

from portal.core.enums import OfframpStatus
from portal.core.errors import sentence
from portal.offramp.client.adapter import (
    BadCallback,
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
from portal.offramp.client.rates import by_rate
from portal.offramp.client.setup import Setup

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
        sentence("Agreed rate"),
        "number",
        required=False,
        hint=sentence(
            "How much of that currency there is for one token. Without one, the file says tokens only."
        ),
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
        "networks",
        sentence("Networks"),
        required=False,
        hint=sentence("Mobile money networks that it knows, parted by commas: MPESA, MTN, AIRTEL."),
    ),
)

NOBODY_TO_ASK = sentence("This provider is told by a file, so there is nobody to ask.")


class FileProvider:
    """A provider that reads and writes files."""

    takes_a_reference_once = True
    speaks = False

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def check(self) -> str:
        """There is no connection that could fail."""
        return NOBODY_TO_ASK

    def quote(self, wanted: Wanted) -> Quote | None:
        """By the rate that was agreed, if one was."""
        rate = self._setup.values["rate"]
        return None if rate is None else by_rate(wanted, rate, self._setup.values["fee"])

    def request(self, wanted: Wanted, key: str) -> Opened:
        """A name for it; the same for the same key. No transfer of tokens belongs to it."""
        named = hashlib.sha256(f"{self._setup.provider} {key}".encode()).hexdigest()[:24]
        return Opened(f"file-{named}", tx_hash=f"none:file-{named}", facts={"requestId": f"file-{named}"})

    def execute(self, order: Order) -> Report:
        """It goes into the next payout file."""
        return Report(OfframpStatus.PROCESSING, facts={"referenceId": order.reference_id})

    def status(self, reference_id: str) -> Report:
        """Raises ProviderFault: nobody can be asked."""
        raise ProviderFault(Trouble.UNREACHED, NOBODY_TO_ASK, {"referenceId": reference_id})

    def parse_callback(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Raises BadCallback: whoever calls is somebody else."""
        raise BadCallback(401, "it never calls")
