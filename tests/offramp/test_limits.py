"""The setting of how much goes without somebody else, for who may change settings."""

import pytest
from flask.testing import FlaskClient

from portal.core.errors import Conflict
from portal.offramp.operations.limits import forget_limit
from portal.offramp.queries.limits import release_limits
from tests.factories import add_user_with, enter_as
from tests.offramp.requests import TOKEN, Ground

PAGE = "/offramps/release-limits"


@pytest.fixture
def admin(client: FlaskClient, ground: Ground) -> FlaskClient:
    return enter_as(client, ground.session, add_user_with(ground.session, "chief", "Admin"))


def test_limits_are_saved_for_all_tokens_and_for_one(ground: Ground, admin: FlaskClient) -> None:
    assert "1,000" in admin.get(PAGE).text or 'value="1000"' in admin.get(PAGE).text
    assert admin.post(PAGE, data={"others": "500", "token": TOKEN, "most": "20.50"}).status_code == 303
    limits = release_limits(ground.session)
    assert [str(limits.of(token)) for token in (TOKEN, "OTHER")] == ["20.50", "500"]
    assert f"Take {TOKEN} away" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/{TOKEN}/delete").status_code == 303
    assert str(release_limits(ground.session).of(TOKEN)) == "500"
    with pytest.raises(Conflict):
        forget_limit(ground.session, TOKEN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"others": ""},
        {"others": "0"},
        {"others": "1,000"},
        {"others": "5", "token": TOKEN},
        {"others": "5", "most": "5"},
        {"others": "5", "token": "NONE", "most": "5"},
    ],
)
def test_D11_what_is_no_limit_is_refused_with_the_form_as_it_was_typed(
    ground: Ground, admin: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = admin.post(PAGE, data=wrong)
    assert answer.status_code == 422
    assert f'value="{wrong["others"]}"' in answer.text
    assert str(release_limits(ground.session).others) == "1000"
