"""What somebody gets by a rate, less a fee: exact, to the currency's own decimals."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.core.errors import sentence
from portal.core.values.money import decimals_in
from portal.offramp.client.adapter import ProviderFault, Quote, Trouble, Wanted

TOO_SMALL = sentence("That amount is too small to be paid out.")


def by_rate(wanted: Wanted, rate: Decimal, fee: Decimal, **more: Any) -> Quote:
    """The quote at a `rate` (currency for one token), of which `fee` per cent are kept; `more` are its other fields.

    Raises ProviderFault(REFUSED) where nothing would be left.
    """
    coin = Decimal(1).scaleb(-decimals_in(wanted.currency))
    whole = (wanted.amount * rate).quantize(coin, ROUND_HALF_UP)
    kept = (whole * fee / 100).quantize(coin, ROUND_HALF_UP)
    if whole - kept <= 0:
        raise ProviderFault(Trouble.REFUSED, TOO_SMALL)
    return Quote(wanted.currency, whole - kept, kept, **more)
