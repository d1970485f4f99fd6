"""The icons: one file with all that are used, and nothing else."""

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from portal.core.places import bundled
from portal.web import icons


def test_the_file_has_a_symbol_for_each_icon() -> None:
    svg = ElementTree.fromstring(icons.sheet())
    symbols = {symbol.attrib["id"]: len(symbol) for symbol in svg}
    assert set(symbols) == icons.ICONS
    assert all(symbols.values()), "an icon without a line"


def test_no_icon_is_named_that_no_page_shows() -> None:
    shown = {name for file in _sources() for name in re.findall(r'"([a-z0-9-]+)"', file)}
    unused = icons.ICONS - shown
    assert not unused, f"{unused}: take these out of NAMES of portal/web/icons.py"


def _sources() -> list[str]:
    pages = [file.read_text() for file in bundled("templates").rglob("*.html")]
    return [*pages, (bundled("templates").parent / "portal/web/nav.py").read_text()]


def test_an_icon_is_taken_from_the_file_and_is_nothing_to_a_screen_reader() -> None:
    drawn = icons.drawer(lambda name: f"/there/{name}")("user", size=16)
    assert drawn == (
        '<svg class="icon" width="16" height="16" aria-hidden="true"><use href="/there/img/icons.svg#user"></use></svg>'
    )


def test_an_icon_that_points_along_the_line_is_turned_where_lines_run_the_other_way() -> None:
    assert 'class="icon flip"' in icons.drawer(str)("arrow-right")


def test_an_unknown_icon_says_where_to_name_it() -> None:
    with pytest.raises(LookupError, match=r"portal/web/icons\.py"):
        icons.drawer(str)("no-such-icon")


def test_a_page_leads_to_the_file_that_browsers_may_keep(client: FlaskClient) -> None:
    address = re.search(r'href="(/assets/[^"#]*/img/icons\.svg)#', client.get("/sign-in").text)
    assert address
    answer = client.get(address[1], headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.mimetype, answer.content_encoding) == (200, "image/svg+xml", "br")
    assert answer.cache_control.immutable
