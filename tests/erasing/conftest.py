"""Browsers of people who erase, and few spare wallets."""

from tests.imports.conftest import SignedInAs, desk, few_wallets, manager, signed_in_as

__all__ = ["SignedInAs", "desk", "few_wallets", "manager", "signed_in_as"]
