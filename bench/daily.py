"""The pages of the daily work on people, each against what it asks the database and an empty page."""

import re

from bench.asked import asked_by, in_turns, tell
from bench.browser import Browser
from bench.figures import Report
from bench.ground import Ground, served
from bench.knowing import signed_in
from bench.statements import portal_on

ABOUT = {
    "group": """SELECT b.uuid FROM tbl_beneficiaries_group b WHERE b."deletedAt" IS NULL
        ORDER BY (SELECT count(*) FROM tbl_grouped_beneficiaries m WHERE m."beneficiaryGroupId" = b.uuid) DESC
        LIMIT 1""",
    "other": """SELECT uuid FROM tbl_beneficiaries_group WHERE "deletedAt" IS NULL ORDER BY id DESC LIMIT 1""",
    "person": """SELECT uuid FROM tbl_beneficiaries WHERE "deletedAt" IS NULL ORDER BY id DESC LIMIT 1""",
    "pair": "SELECT uuid FROM tbl_duplicate_pairs ORDER BY score DESC, id DESC LIMIT 1",
}
"""What the pages are of: the largest group, the newest one, somebody, and the likeliest pair."""
PAGES = {
    "groups": "/groups",
    "group": "/groups/{group}",
    "members of a group": "/groups/{group}/members",
    "members found by name": "/groups/{group}/members?q=sita",
    "members without a valid phone": "/groups/{group}/members?lacks=VALID_PHONE",
    "readiness of a group": "/groups/{group}/readiness",
    "split of a group": "/groups/{group}/split?by=gender",
    "two groups compared": "/groups/compare?a={group}&b={other}",
    "a group's project": "/groups/{group}/projects/add",
    "bulk actions": "/bulk",
    "duplicates": "/duplicates",
    "a pair": "/duplicates/{pair}",
    "person": "/beneficiaries/{person}",
    "person's groups and projects": "/beneficiaries/{person}/memberships",
    "person's history": "/beneficiaries/{person}/history",
    "two districts": "/beneficiaries?location=morang,sunsari&gender=FEMALE&phone_status=SMART_PHONE&age_to=39",
    "end of a phone": "/beneficiaries?q=4567",
    "misspelt name": "/beneficiaries?q=shanti+tamnag&alike=yes",
}


def measure_daily(report: Report, ground: Ground) -> None:
    """The page rule for each page that there is something for."""
    with portal_on(ground) as app, ground.connect() as connection:
        about = {name: connection.execute(sql).fetchone() for name, sql in ABOUT.items()}
        known = {name: str(row[0]) for name, row in about.items() if row}
        addresses = {
            name: address.format(**known)
            for name, address in PAGES.items()
            if all(part in known for part in re.findall(r"{(\w+)}", address))
        }
        with signed_in(app) as browser:
            asked = asked_by(browser, addresses)
    with served(ground) as server, ground.connect() as connection:
        signed = Browser(server.port).sign_in(ground.password)
        took = in_turns(report, signed, connection, addresses, asked)
    report.heading(f"Pages of the daily work, {ground.people:,} people (signed in, permissions and audit on)")
    tell(report, took, asked)
