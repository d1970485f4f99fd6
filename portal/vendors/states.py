"""How a vendor stands."""

from enum import StrEnum


class VendorState(StrEnum):
    """Each vendor is in one of these. Only an approved one is paid anything new."""

    PENDING = "PENDING"
    """Has applied, or papers are missing: waits for somebody's word."""
    APPROVED = "APPROVED"
    SUSPENDED = "SUSPENDED"
    """Was approved, and is to get nothing new until somebody says so again."""
