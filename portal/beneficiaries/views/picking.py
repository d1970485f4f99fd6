"""The bar above the list: people are picked in it, and a module above this one does something with them.

That module says at start-up what it offers and where the bar's form goes, so that the list need not know it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, url_for

from portal.beneficiaries.views.reading import Reading
from portal.core.abilities import Ability
from portal.web.cells import Ticks

Choice = tuple[str, Any]
"""An action, and its name."""
FORM = "picking"
"""The id of the bar's form, to which the boxes of the rows belong."""


@dataclass(frozen=True)
class Offers:
    """What can be done with picked people: `choices` for an ability, sent to `endpoint`."""

    endpoint: str
    choices: Callable[[Ability], tuple[Choice, ...]]


@dataclass(frozen=True)
class Sent:
    """What the bar's form held that could not be used, and why."""

    action: str
    people: frozenset[str]
    everybody: bool
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """The bar as a page of the list draws it."""

    url: str
    choices: tuple[Choice, ...]
    ticks: Ticks
    everybody: bool
    action: str = ""
    errors: tuple[str, ...] = ()


def offer(app: Flask, offers: Offers) -> None:
    """Let lists of people offer this from now on."""
    app.extensions["portal_picking"] = offers


def bar(ability: Ability, reading: Reading, ticked: str | None, sent: Sent | None = None) -> Bar | None:
    """The bar for this reader; None where they can do nothing with people. `ticked` is what the address says of it."""
    offers: Offers | None = current_app.extensions.get("portal_picking")
    choices = offers.choices(ability) if offers else ()
    if offers is None or not choices:
        return None
    everybody = sent.everybody if sent else ticked == "all"
    page = not sent and ticked == "page"
    ticks = Ticks(FORM, "people", sent.people if sent else frozenset(), everybody or page, fixed=everybody)
    return Bar(
        url_for(offers.endpoint),
        choices,
        ticks,
        everybody,
        sent.action if sent else "",
        sent.errors if sent else (),
    )
