"""Views that prove a form by its own ticket (`tickets.py`): for the secret of a cookie they would have to set one."""

from portal.intake.views.complaining import make_complaint
from portal.intake.views.following import accept_answer, add_words, decline_answer, follow_case

VIEWS = (make_complaint, follow_case, add_words, accept_answer, decline_answer)
