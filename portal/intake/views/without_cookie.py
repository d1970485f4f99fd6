"""Views that prove a form by its own ticket (`tickets.py`): for the secret of a cookie they would have to set one."""

from portal.intake.views.complaining import make_complaint
from portal.intake.views.following import accept_answer, add_words, decline_answer, follow_case
from portal.intake.views.own_files import download_own_file, send_own_file

VIEWS = (
    make_complaint,
    follow_case,
    add_words,
    accept_answer,
    decline_answer,
    send_own_file,
    download_own_file,
)
