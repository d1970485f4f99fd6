"""The tabs of a record's page: links with addresses of their own. Modules above add theirs when they are loaded.

The module that draws the page keeps a `Tabs` and says what is its own; whoever knows more about the record offers a
page of theirs. So the lower module draws a link and knows nothing of what is behind it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel.speaklater import LazyString

from portal.web.access import current_ability

FIRST, LAST = 0, 100
"""Where overview and history stand; what modules above add stands between them."""


@dataclass(frozen=True)
class Tab:
    """A page about one record, for those who may `action` on `subject`.

    `endpoint` takes the record's uuid under the name `by`: in its path, or in the query of a list that narrows to it.
    `order` is its place among the tabs, from left to right. It is current on the pages of the endpoints `also`, too.
    """

    label: LazyString
    endpoint: str
    action: str
    subject: str
    order: int = 50
    by: str = "uuid"
    also: tuple[str, ...] = ()


def _named(name: str, uuid: UUID) -> dict[str, Any]:
    return {name: uuid}


class Tabs:
    """The tabs of one kind of record."""

    def __init__(self, *own: Tab) -> None:
        self._tabs = list(own)

    def offer(self, tab: Tab) -> None:
        """Add a page to those of each such record."""
        self._tabs.append(tab)

    def of(self, uuid: UUID) -> list[dict[str, Any]]:
        """The tabs of one record that the reader may open, as components/page.html draws them."""
        ability = current_ability()
        return [
            {
                "label": tab.label,
                "url": url_for(tab.endpoint, **_named(tab.by, uuid)),
                "current": request.endpoint in (tab.endpoint, *tab.also),
            }
            for tab in sorted(self._tabs, key=lambda tab: tab.order)
            if ability.can(tab.action, tab.subject)
        ]
