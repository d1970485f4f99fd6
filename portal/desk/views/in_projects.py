"""What vendors and others say is wrong and nobody has answered: told before the project is closed."""

from flask_babel import ngettext

from portal.grievances.queries.in_project import count_waiting
from portal.projects.parts import OpenEnd, offer_open_end


def _said(number: int) -> str:
    return str(
        ngettext("%(num)s grievance waits for an answer.", "%(num)s grievances wait for an answer.", number)
    )


offer_open_end(OpenEnd("grievances", count_waiting, _said))
