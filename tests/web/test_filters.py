"""How pages write numbers, days, times and phones."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.web import filters

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def reading(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def test_numbers_have_the_readers_separators() -> None:
    assert filters.number(1_234_567) == "1,234,567"
    assert filters.number(0) == "0"
    assert filters.number(None) == "—"


def test_a_day_is_a_day_and_a_time_has_the_exact_one_beside_it() -> None:
    assert "2026" in filters.date(dt.date(2026, 1, 2))
    assert filters.date(None) == filters.moment(None) == "—"
    kathmandu = dt.timezone(dt.timedelta(hours=5, minutes=45))
    shown = str(filters.moment(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=kathmandu)))
    assert 'datetime="2026-01-01T21:19:05+00:00"' in shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (None, "—"),
        (0, "0 B"),
        (999, "999 B"),
        (1_500, "1.5 kB"),
        (20_000_000, "20 MB"),
        (3 * 10**12, "3,000 GB"),
    ],
)
def test_sizes_stand_in_a_unit_that_people_use(size: int | None, shown: str) -> None:
    assert filters.filesize(size).replace(".0 ", " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        ("", "—"),
        ("none:6f1c9c1e-1111-4222-8333-444455556666", "No phone"),
        ("+9779801234567", '<bdi dir="ltr" class="text-nowrap">+977 980-1234567</bdi>'),
        ("+977••••567", '<bdi dir="ltr" class="text-nowrap">+977••••567</bdi>'),
        ("<b>1</b>", '<bdi dir="ltr" class="text-nowrap">&lt;b&gt;1&lt;/b&gt;</bdi>'),
    ],
)
def test_phones_are_in_groups_and_left_to_right(value: str | None, shown: str) -> None:
    assert filters.phone(value) == shown


def test_a_wallet_is_short_and_whole_on_hover() -> None:
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert f'title="{wallet}"' in str(filters.short_wallet(wallet))
    assert "0x5aAe…eAed" in str(filters.short_wallet(wallet))
    assert filters.short_wallet(None) == "—"
    assert "<b>" not in str(filters.short_wallet('"><b>'))


@pytest.mark.parametrize("cookie", ["light", "dark"])
def test_the_theme_is_one_of_ours(app: Flask, cookie: str) -> None:
    with app.test_request_context("/", headers={"Cookie": f"theme={cookie}"}):
        assert filters.theme() == cookie
    with app.test_request_context("/", headers={"Cookie": 'theme="><script>'}):
        assert filters.theme() == "auto"
