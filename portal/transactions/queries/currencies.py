"""What an amount may be counted in: the currencies that are tender today, and the tokens of the registry."""

from sqlalchemy.orm import Session

from portal.core.values.money import DECIMALS, currencies, decimals_in
from portal.tokens.queries import decimals_by_symbol, decimals_of_token


def decimals_allowed(session: Session, currency: str) -> int | None:
    """How many decimals an amount may have in this currency or token; None where it is neither."""
    if currency in currencies():
        return decimals_in(currency)
    decimals = decimals_of_token(session, currency)
    return None if decimals is None else min(decimals, DECIMALS)


def currencies_to_choose(session: Session, *first: str | None) -> list[str]:
    """The codes to choose from: `first` those that are likely here, then the tokens, then all currencies."""
    known = [*decimals_by_symbol(session), *sorted(currencies())]
    likely = [code for code in dict.fromkeys(first) if code in known]
    return [*likely, *(code for code in known if code not in likely)]
