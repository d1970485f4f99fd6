"""The list of tokens, and the page of one."""

from copy import copy
from decimal import Context, Decimal, localcontext
from uuid import UUID

from flask import Response, request
from flask_babel import get_locale

from portal.audit.wording import table_name
from portal.core.db import db
from portal.core.keyset import read_position
from portal.tokens.models import Token
from portal.tokens.queries import BY_SYMBOL, count_tokens, page_of_tokens, token_with, uses_of
from portal.tokens.supply import in_tokens
from portal.tokens.views import bp
from portal.web.access import current_ability, load, requires
from portal.web.filters import DIGITS, ENGLISH
from portal.web.htmx import page
from portal.web.lists import pager

PLACES = 160
"""Digits that writing a supply needs: those of a uint256, before the point and after it."""


@bp.app_template_filter("supply")
def supply(units: int | Decimal, decimals: int) -> str:
    """A supply in whole tokens with all its decimals, in the reader's digits and separators."""
    locale = get_locale() or ENGLISH
    plain = in_tokens(units, decimals)
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (places := len(plain.partition(".")[2]), places)
    with localcontext(Context(prec=PLACES)):
        figures = str(pattern.apply(Decimal(plain), locale, numbering_system="default"))
    digits = DIGITS.get(locale.default_numbering_system)
    return figures.translate(digits) if digits else figures


@bp.get("")
@requires("read", "Token")
def list_tokens() -> Response:
    """The tokens of the registry, by symbol."""
    session, ability = db.session(), current_ability()
    tokens = page_of_tokens(session, ability, read_position(request.args.get("at"), BY_SYMBOL))
    pages = pager(tokens, count_tokens(session, ability), {})
    return page("tokens/list_tokens.html", "tokens", tokens=tokens, pager=pages)


@bp.get("/<uuid:uuid>")
@requires("read", "Token")
def show_token(uuid: UUID) -> Response:
    """One token, and in what it is used."""
    token = load(token_with(uuid), "read", Token)
    uses = [table_name(name) for name in uses_of(db.session(), token.symbol)]
    return page("tokens/show_token.html", token=token, uses=uses)
