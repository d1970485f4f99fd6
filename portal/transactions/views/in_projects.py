"""Payouts that wait for a decision: told before their project is closed."""

from flask_babel import ngettext

from portal.projects.parts import OpenEnd, offer_open_end
from portal.transactions.queries.in_project import count_pending


def _said(number: int) -> str:
    return str(
        ngettext("%(num)s payout waits for a decision.", "%(num)s payouts wait for a decision.", number)
    )


offer_open_end(OpenEnd("transactions", count_pending, _said))
