"""Forms that prove without a cookie that they are ours."""

import json
from uuid import UUID, uuid4, uuid5

from flask import current_app, request
from flask_babel import gettext as _

from portal.intake.tickets import read, sign
from portal.web.forms import PortalForm, VersionField

FORM = "form"
KEPT_OUT = {"ticket", "csrf_token"}


class TicketForm(PortalForm):
    """A form with a ticket of its own instead of the secret of a cookie. The ticket is also its key: what is sent twice
    by one ticket is the same thing."""

    class Meta(PortalForm.Meta):
        csrf = False

    # A form that was sent without one must never get the one of a new page.
    ticket = VersionField(default=lambda: sign(current_app.config["SECRET_KEY"], FORM, str(uuid4())))

    @property
    def key(self) -> str | None:
        """The random key that the ticket holds; None where it is not ours, or too old."""
        return read(current_app.config["SECRET_KEY"], FORM, self.ticket.data or "")

    def proved(self) -> bool:
        """Whether the form is ours. If not, it says so and gets a new ticket: what was typed can be sent again."""
        if self.key is not None:
            return True
        self.ticket.data = sign(current_app.config["SECRET_KEY"], FORM, str(uuid4()))
        self.form_errors.append(
            _("This page was open for too long. Nothing is lost: look through it and send it again.")
        )
        return False

    def uuid_for(self, purpose: str) -> UUID:
        """The uuid of what is told by this form as it is filled in. Raises ValueError where the form is not ours."""
        typed = sorted(pair for pair in request.form.items(multi=True) if pair[0] not in KEPT_OUT)
        return uuid5(UUID(self.key or ""), json.dumps([purpose, typed]))
