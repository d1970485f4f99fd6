"""People at places, and browsers of those who look at them."""

from tests.beneficiaries.conftest import manager, signed_in_as, viewer

__all__ = ["manager", "signed_in_as", "viewer"]
