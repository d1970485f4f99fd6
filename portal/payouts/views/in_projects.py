"""Payout lists that are not through: told before their project is closed."""

from flask_babel import ngettext

from portal.payouts.queries.in_project import count_open
from portal.projects.parts import OpenEnd, offer_open_end


def _said(number: int) -> str:
    return str(
        ngettext("%(num)s payout list is not through.", "%(num)s payout lists are not through.", number)
    )


offer_open_end(OpenEnd("payout_lists", count_open, _said))
