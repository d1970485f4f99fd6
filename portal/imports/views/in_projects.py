"""Imports that bring people into a project and are not through: told before the project is closed."""

from flask_babel import ngettext

from portal.imports.queries.batches import count_under_way
from portal.projects.parts import OpenEnd, offer_open_end


def _said(number: int) -> str:
    return str(
        ngettext(
            "%(num)s import into this project is not through.",
            "%(num)s imports into this project are not through.",
            number,
        )
    )


offer_open_end(OpenEnd("imports", count_under_way, _said))
