"""Amounts in forms and on pages."""

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from portal.web.amounts import AmountField, money
from portal.web.forms import PortalForm


class PriceForm(PortalForm):
    """One amount."""

    class Meta(PortalForm.Meta):
        csrf = False

    amount = AmountField("Amount")


def test_a_field_keeps_what_was_typed_beside_the_amount(app: Flask) -> None:
    with app.test_request_context():
        form = PriceForm(MultiDict({"amount": "1 500,5"}))
        assert form.validate()
        assert (form.amount.data, form.amount.amount) == ("1 500,5", Decimal("1500.5"))


@pytest.mark.parametrize("typed", ["1,000", "-1", "0", "NaN", "1e400", "x"])
def test_D11_a_field_says_what_is_wrong_and_keeps_it(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = PriceForm(MultiDict({"amount": typed}))
        assert not form.validate()
        assert form.amount.errors
        assert (form.amount.data, form.amount.amount) == (typed, None)


def test_a_form_begins_with_a_plain_amount(app: Flask) -> None:
    with app.test_request_context():
        form = PriceForm(amount=Decimal("1500.50000000"))
        assert form.amount.data == "1500.5"
        assert 'inputmode="decimal"' in form.amount()


@pytest.mark.parametrize(
    ("language", "amount", "currency", "words"),
    [
        ("en", "1500", "NPR", "1,500.00\u00a0NPR"),
        ("en", "1500", "JPY", "1,500\u00a0JPY"),
        ("en", "1500.12345678", "NPR", "1,500.12345678\u00a0NPR"),
        ("en", "0.5", "RHT", "0.5\u00a0RHT"),
        ("ne", "150000.5", "NPR", "१,५०,०००.५०\u00a0NPR"),
        ("fr", "1500.5", "EUR", "1\u202f500,50\u00a0EUR"),
    ],
)
def test_an_amount_is_written_in_the_readers_way(
    app: Flask, language: str, amount: str, currency: str, words: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert words in money(Decimal(amount), currency)


def test_a_currency_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        assert "<b>" not in money(Decimal(1), "<b>")
        assert money(None, "NPR") == "—"
