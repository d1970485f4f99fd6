"""The pages of the desk, where a vendor's work begins."""

from flask import Blueprint, url_for

from portal.core.person import Person
from portal.web.home import offer_home

bp = Blueprint("desk", __name__, url_prefix="/desk")


@offer_home
def home_of(person: Person) -> str | None:
    """The desk, for who is a vendor and nothing else."""
    return url_for("desk.show_desk") if person.only_vendor else None


from portal.desk.views import (  # noqa: E402, F401 - they add routes to bp
    claiming,
    disputing,
    home,
    payments,
    statement,
)
