"""Who runs the portal as a superuser is told what that costs."""

import pytest

from portal.cli._bound import warn_if_unbound
from portal.core.db import libpq_url


def test_a_role_that_policies_bind_is_no_news_and_a_superuser_is(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    warn_if_unbound(libpq_url(database))
    assert capsys.readouterr().err == ""
    warn_if_unbound(libpq_url(database).replace("portal@", "postgres@", 1))
    assert "“postgres” is a superuser" in capsys.readouterr().err


def test_a_database_that_is_away_is_told_of_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    warn_if_unbound("postgresql://portal@/portal?host=/nowhere&port=1")
    assert capsys.readouterr().err == ""
