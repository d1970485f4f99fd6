"""Browsers by what they say of themselves."""

import pytest

from portal.auth.devices import browser_and_system

WEBKIT = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (WEBKIT % "X11; Linux x86_64" + " Chrome/140.0.0.0 Safari/537.36", ("Chrome", "Linux")),
        (WEBKIT % "Windows NT 10.0; Win64" + " Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        (
            WEBKIT % "Linux; Android 15" + " SamsungBrowser/28.0 Chrome/130.0 Mobile",
            ("Samsung Internet", "Android"),
        ),
        (WEBKIT % "X11; CrOS x86_64 16093" + " Chrome/140.0 Safari/537.36", ("Chrome", "ChromeOS")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.5; rv:140.0) Firefox/140.0", ("Firefox", "macOS")),
        ("curl/8.5.0", ("curl", None)),
        ("something else", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_browser_and_its_system_are_recognised(
    user_agent: str | None, expected: tuple[str | None, str | None]
) -> None:
    assert browser_and_system(user_agent) == expected
