"""The pages of payout lists: what each says, and to whom."""

import pytest
from flask.testing import FlaskClient

from tests.factories import enter_as
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database

PLACES = ("", "/rows", "/rows?show=bad", "/rows?show=shared-phone", "/rows?show=far", "/warnings", "/export")


def test_every_page_of_a_list_opens_in_every_state(ground: Ground, client: FlaskClient) -> None:
    lists = [
        ground.draft(ground.some(0, 3)),
        ground.submitted(None, ground.some(3, 6), title="Round 2"),
        ground.paid(ground.some(6, 10)),
    ]
    for user in (ground.maker, ground.approver):
        browser = enter_as(client, ground.session, user)
        assert "Round 2" in browser.get("/payouts").text
        for found in lists:
            for place in PLACES:
                assert browser.get(f"/payouts/{found.uuid}{place}").status_code == 200, place
