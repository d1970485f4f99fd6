"""Offramps on the pages of projects: how many there are in each, and those that are told before one is closed."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.offramp.models import OfframpRequest
from portal.offramp.queries.in_project import count_under_way
from portal.projects.parts import OpenEnd, Part, offer_open_end, offer_part

offer_part(
    Part(
        name="offramps",
        label=_l("Offramps"),
        link=OfframpRequest,
        subject=OfframpRequest,
        endpoint="offramp.list_requests",
        order=77,
    )
)


def _said(number: int) -> str:
    return str(
        ngettext(
            "%(num)s offramp is under way. What is paid already is noted, nothing more is sent.",
            "%(num)s offramps are under way. What is paid already is noted, nothing more is sent.",
            number,
        )
    )


offer_open_end(OpenEnd("offramps", count_under_way, _said))
