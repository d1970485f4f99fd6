"""The pages on offramps as a whole, as tabs: requests, what needs attention, figures, statements, providers."""

from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from portal.core.abilities import Ability
from portal.core.db import db
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.watched import waiting_by_kind
from portal.web.access import current_ability

EVERY_PROJECT = "every project"
"""In the place of a subject: requests, for who looks after those of all projects."""

SECTIONS = (
    ("requests", "offramp.list_requests", _l("Requests"), "read", "OfframpRequest"),
    ("attention", "offramp.list_attention", _l("Needs attention"), "read", "OfframpRequest"),
    ("figures", "stats.show_offramps", _l("Figures"), "read", "OfframpRequest"),
    ("statements", "offramp.list_statements", _l("Statements"), "update", EVERY_PROJECT),
    ("providers", "offramp.list_providers", _l("Providers"), "read", "OfframpProvider"),
)


def sections(current: str) -> list[dict[str, Any]]:
    """The tabs that this reader may open, with how much waits for somebody."""
    ability = current_ability()
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "current": name == current,
            "count": sum(waiting_by_kind(db.session(), ability).values()) or None
            if name == "attention"
            else None,
        }
        for name, endpoint, label, action, subject in SECTIONS
        if endpoint in current_app.view_functions and _opens(ability, action, subject)
    ]


def _opens(ability: Ability, action: str, subject: str) -> bool:
    if subject == EVERY_PROJECT:
        return ability.everywhere(action, OfframpRequest)
    return ability.can(action, subject)
