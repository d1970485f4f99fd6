"""The installation's own keys."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.core import secrets


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = secrets.secret_key(tmp_path / "instance")
    assert len(key) >= 32
    assert secrets.secret_key(tmp_path / "instance") == key
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_make_the_key_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secrets.secret_key(tmp_path), range(64)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "x" * 32)
    assert secrets.secret_key(tmp_path) == "x" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_could_be_guessed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "x" * 31)
    with pytest.raises(ValueError, match="PORTAL_SECRET_KEY must have at least 32 characters"):
        secrets.secret_key(tmp_path)


def test_a_sealed_secret_opens_again_and_shows_nothing(tmp_path: Path) -> None:
    sealed = secrets.seal(tmp_path, "pässword")
    assert "pässword" not in sealed
    assert secrets.open_sealed(tmp_path, sealed) == "pässword"
    assert secrets.seal(tmp_path, "pässword") != sealed


def test_a_secret_sealed_elsewhere_or_changed_does_not_open(tmp_path: Path) -> None:
    sealed = secrets.seal(tmp_path / "one", "secret")
    with pytest.raises(secrets.SealBroken):
        secrets.open_sealed(tmp_path / "other", sealed)
    with pytest.raises(secrets.SealBroken):
        secrets.open_sealed(tmp_path / "one", sealed[:-8] + "AAAAAAA=")


def test_what_is_compared_years_later_survives_a_new_key_of_cookies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "x" * 32)
    kept = secrets.lasting_hash(tmp_path, "pin", "123456")
    monkeypatch.setenv("PORTAL_SECRET_KEY", "y" * 32)
    assert secrets.lasting_hash(tmp_path, "pin", "123456") == kept
    assert secrets.lasting_hash(tmp_path, "other", "123456") != kept
    assert secrets.lasting_hash(tmp_path / "elsewhere", "pin", "123456") != kept
