"""Bulk actions at work in a project: told before the project is closed."""

from flask_babel import ngettext

from portal.bulk.queries.actions import count_at_work
from portal.projects.parts import OpenEnd, offer_open_end


def _said(number: int) -> str:
    return str(
        ngettext(
            "%(num)s bulk action in this project is running.",
            "%(num)s bulk actions in this project are running.",
            number,
        )
    )


offer_open_end(OpenEnd("bulk_actions", count_at_work, _said))
