"""Browsers of people with roles, over a registry that each test fills itself."""

from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer

__all__ = ["SignedInAs", "manager", "signed_in_as", "viewer"]
