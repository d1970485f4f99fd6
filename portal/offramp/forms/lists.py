"""What is asked before a payout list is sent, and before something is done to many requests."""

from portal.offramp.forms.making import TermsForm
from portal.web.forms import PortalForm


class ListForm(TermsForm):
    """The terms of a list. Its token and its amounts are its own."""


class ManyForm(PortalForm):
    """That something is done to all that the list's filter finds."""
