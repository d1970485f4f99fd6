"""The same list by Flask-Admin and by Django admin: same database, same indexes, same server, nobody to sign in.

And the first page by Django admin as it is, without the indexes that were made for the portal.
"""

from functools import partial
from urllib.parse import urlencode

from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.pages import BY_THE_RULE, LIST
from bench.plain import FIRST_THERE, make_plain_tables
from bench.statements import COMMON, FILTERED

EACH = 5
AS_IT_IS = "Django admin as it is"
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
    make_plain_tables(ground)
    with (
        served(ground) as portal,
        served(ground, "bench.peers.flask_list", ready=FLASK) as flask,
        served(ground, "bench.peers.django_list", ready=DJANGO) as django,
        served(ground, "bench.peers.django_list", ready=DJANGO, environment=FIRST_THERE) as plain,
    ):
        ours = Browser(portal.port).sign_in(ground.password)
        theirs, others = Browser(flask.port), Browser(django.port)
        things = {}
        for name, (query, flask_query, django_query) in PLACES.items():
            things[f"{name}: portal"] = partial(ours.get, f"{LIST}?{query}")
            things[f"{name}: Flask-Admin"] = partial(theirs.get, f"{FLASK}?{flask_query}")
            things[f"{name}: Django admin"] = partial(others.get, f"{DJANGO}?{django_query}")
        things[AS_IT_IS] = partial(Browser(plain.port).get, DJANGO)
        took = report.in_turns(things, EACH)
    report.heading(f"The same list by others, {ground.people:,} people")
    for name in PLACES:
        least = took[f"{name}: portal"]
        report.figure(f"{name}, the portal", least, "ms")
        for peer in ("Flask-Admin", "Django admin"):
            report.figure(f"{name}, {peer}", took[f"{name}: {peer}"], "ms")
            target = "at least 8" if peer == "Flask-Admin" and name in BY_THE_RULE else ""
            report.figure(f"{name}, {peer} / the portal", took[f"{name}: {peer}"] / least, target=target)
    report.figure(f"page 1, {AS_IT_IS}", took[AS_IT_IS], "ms")
    report.figure(
        f"page 1, {AS_IT_IS} / the portal", took[AS_IT_IS] / took["page 1: portal"], target="at least 100"
    )
