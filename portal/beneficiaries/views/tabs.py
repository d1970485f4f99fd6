"""The tabs of a person's page: links with addresses of their own. Modules above add theirs when they are loaded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.web.access import current_ability


@dataclass(frozen=True)
class Tab:
    """A page about one person at `endpoint`, which takes their `uuid`; for those who may `action` on `subject`."""

    label: LazyString
    endpoint: str
    action: str
    subject: str


_tabs = [
    Tab(_l("Overview"), "beneficiaries.show_beneficiary", "read", "Beneficiary"),
    Tab(_l("Groups and projects"), "beneficiaries.show_memberships", "read", "Beneficiary"),
    Tab(_l("History"), "beneficiaries.show_history", "read", "AuditEntry"),
]


def offer_tab(tab: Tab) -> None:
    """Add a page to those of each person, before their history."""
    _tabs.insert(len(_tabs) - 1, tab)


def tabs_of(uuid: UUID) -> list[dict[str, Any]]:
    """The tabs that the reader may open, as components/page.html draws them."""
    ability = current_ability()
    return [
        {
            "label": tab.label,
            "url": url_for(tab.endpoint, uuid=uuid),
            "current": tab.endpoint == request.endpoint
            or (tab.endpoint == "beneficiaries.show_beneficiary" and request.method == "POST"),
        }
        for tab in _tabs
        if ability.can(tab.action, tab.subject)
    ]
