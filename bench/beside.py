"""The same list by Flask-Admin and by Django admin: same database, same indexes, same server, nobody to sign in."""

from functools import partial
from urllib.parse import urlencode

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.pages import LIST
from bench.statements import COMMON, FILTERED

EACH = 5
FLASK, DJANGO = "/admin/person/", "/person/person/"
PLACES = {
    "page 1": ("", "", ""),
    "filtered page": (
        urlencode(FILTERED),
        "flt0_gender_equals=FEMALE&flt1_banked_status_equals=BANKED",
        "gender=FEMALE&banked_status=BANKED",
    ),
    "common name": (f"q={COMMON}", f"search={COMMON}", f"q={COMMON}"),
}
"""A page of the list: its query in the portal, in Flask-Admin and in Django admin."""


def measure_peers(report: Report, ground: Ground) -> None:
    """Pages of the list by all three, in turns."""
    with (
        served(ground) as portal,
        served(ground, "bench.peers.flask_list", ready=FLASK) as flask,
        served(ground, "bench.peers.django_list", ready=DJANGO) as django,
    ):
        ours = Browser(portal.port).sign_in(ground.password)
        theirs, others = Browser(flask.port), Browser(django.port)
        things = {}
        for name, (query, flask_query, django_query) in PLACES.items():
            things[f"{name}: portal"] = partial(ours.get, f"{LIST}?{query}")
            things[f"{name}: Flask-Admin"] = partial(theirs.get, f"{FLASK}?{flask_query}")
            things[f"{name}: Django admin"] = partial(others.get, f"{DJANGO}?{django_query}")
        took = report.in_turns(things, EACH)
    report.heading(f"The same list by others, {ground.people:,} people")
    for name in PLACES:
        least = took[f"{name}: portal"]
        report.figure(f"{name}, the portal", least, "ms")
        for peer in ("Flask-Admin", "Django admin"):
            report.figure(f"{name}, {peer}", took[f"{name}: {peer}"], "ms")
            report.figure(f"{name}, {peer} / the portal", took[f"{name}: {peer}"] / least)
