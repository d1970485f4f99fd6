"""Amounts of money on pages: typed into a field, and written beside their currency in the reader's way."""

from collections.abc import Callable
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from portal.core.values import Context
from portal.core.values.money import (
    DECIMALS,
    convert_amount,
    currencies,
    decimals_in,
    decimals_of,
    plain_amount,
)
from portal.web.filters import DIGITS, ENGLISH

NO_BREAK = "\u00a0"


class AmountField(StringField):
    """An amount of money: exact, above nothing. `amount` is the Decimal, or None for an empty field.

    What was typed stays, and is an error of the field where no amount can be read from it.
    """

    widget = TextInput()
    amount: Decimal | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was typed, as text."""
        super().process_formdata(valuelist)
        read = convert_amount(self.data or "", Context(self.name))
        self.amount = read.value

    def process_data(self, value: Any) -> None:
        """An amount that the form begins with."""
        self.amount = value if isinstance(value, Decimal) else None
        self.data = plain_amount(value) if isinstance(value, Decimal) else value

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no amount."""
        typed = (self.data or "").strip()
        problem = convert_amount(typed, Context(self.name)).problem
        if problem is not None:
            raise ValidationError(_(problem.message, **problem.params))
        if typed and self.amount is None:  # words for "nothing", which stand in files
            raise ValidationError(_("Write an amount in figures."))

    def __call__(self, **kwargs: Any) -> Any:
        """Drawn for figures: phones show their number pad, and it is read from the left in every language."""
        kwargs = {**kwargs, "dir": "ltr"}
        return super().__call__(inputmode="decimal", autocomplete="off", **kwargs)


def money(amount: Decimal | None, currency: str) -> Markup:
    """An amount with its currency's code, in the reader's digits and separators, never broken over two lines."""
    return money_writer()(amount, currency)


def money_writer() -> Callable[[Decimal | None, str], Markup]:
    """What writes amounts for this reader, whose language is looked up once."""
    locale = get_locale() or ENGLISH
    return lambda amount, currency: Markup("—") if amount is None else _written(amount, currency, locale)


def money_words(amount: Decimal | None, currency: str) -> str:
    """The same as text, for sentences."""
    return "—" if amount is None else _words(amount, currency, get_locale() or ENGLISH)


@lru_cache(4096)
def _written(amount: Decimal, currency: str, locale: Locale) -> Markup:
    return Markup('<bdi class="num text-nowrap">{}</bdi>').format(_words(amount, currency, locale))


def _words(amount: Decimal, currency: str, locale: Locale) -> str:
    """A currency's amounts have its number of decimals, or more where there are more; a token's those they have."""
    decimals = min(DECIMALS, decimals_of(amount))
    if currency in currencies():
        decimals = max(decimals, decimals_in(currency))
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (decimals, decimals)
    figures = pattern.apply(amount, locale, numbering_system="default")
    digits = DIGITS.get(locale.default_numbering_system)
    return f"{figures.translate(digits) if digits else figures}{NO_BREAK}{currency}"


def init_amounts(app: Flask) -> None:
    """Let templates write `{{ amount|money(currency) }}`."""
    app.jinja_env.filters["money"] = money
