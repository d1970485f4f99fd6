"""Browsers of people with roles, over a registry that each test fills itself; workers as processes."""

from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as, viewer
from tests.jobs.conftest import desk

__all__ = ["SignedInAs", "desk", "manager", "signed_in_as", "viewer"]
