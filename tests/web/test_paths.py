"""A14: addresses that came from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.paths import own_path


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a/b?c=d&e=%2F%2Ff", "/a?next=//b", "/ä", "/%2f%2fevil", "/a#b", "/a//b"]
)
def test_A14_a_path_on_this_site_stays_as_it_is(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "a",
        "//evil",
        "///evil",
        "/\\evil",
        "\\\\evil",
        "/a\\b",
        "https:evil",
        "https://evil",
        "%2f%2fevil",
        "\t//evil",
        "/\t/evil",
        " //evil",
        "/\n/evil",
        "/a\r\nSet-Cookie: b",
        "/a\0",
        "/a\x7f",
        "?a=b",
        "@evil",
        "/" + "a" * 2_000,
    ],
)
def test_A14_anything_else_is_no_path_of_ours(elsewhere: str | None) -> None:
    assert own_path(elsewhere) is None


@given(st.text())
def test_A14_what_passes_is_one_slash_and_no_blank_or_control(text: str) -> None:
    found = own_path(f"/{text}")
    if found is not None:
        assert found == f"/{text}"
        assert not text.startswith(("/", "\\"))
        assert not any(character <= " " or character == "\\" for character in text)
