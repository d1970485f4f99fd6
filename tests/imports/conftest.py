"""Batches for tests: rows staged and judged without a file, and the browsers of people who import."""

import pytest

import portal.wallets.operations as wallets
from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.jobs.conftest import desk

__all__ = ["SignedInAs", "desk", "few_wallets", "manager", "signed_in_as", "viewer"]


@pytest.fixture(autouse=True)
def few_wallets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare addresses only take time here."""
    monkeypatch.setattr(wallets, "SPARE", 10)
