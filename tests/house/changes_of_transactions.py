"""The same of transactions."""

from uuid import uuid4

from werkzeug.test import TestResponse

from portal.core.enums import TransactionStatus
from tests.house.ground import Calls, Ground
from tests.transactions.paying import make_ground


def _made(g: Ground) -> TestResponse:
    paying = make_ground(g.session)
    address = f"/transactions/new?project={paying.project.uuid}&beneficiary={paying.asha.uuid}"
    return g.post(address, vendor=paying.shop.uuid, amount="5", currency="NPR", once=uuid4())


def _in(g: Ground, status: TransactionStatus) -> str:
    """The page of a transaction in this state that somebody else made."""
    return f"/transactions/{make_ground(g.session).made(status)}"


CALLS: Calls = {
    "transactions.new_transaction": ("INSERT tbl_transactions", _made),
    "transactions.approve_transaction": (
        "UPDATE tbl_transactions",
        lambda g: g.post(f"{_in(g, TransactionStatus.PENDING)}/approve"),
    ),
    "transactions.reject_transaction": (
        "UPDATE tbl_transactions",
        lambda g: g.post(f"{_in(g, TransactionStatus.PENDING)}/reject", reason="Not on the list"),
    ),
    "transactions.fail_transaction": (
        "UPDATE tbl_transactions",
        lambda g: g.post(f"{_in(g, TransactionStatus.APPROVED)}/fail", reason="Phone was off"),
    ),
    "transactions.retry_transaction": (
        "INSERT tbl_transactions",
        lambda g: g.post(f"{_in(g, TransactionStatus.FAILED)}/retry"),
    ),
    "transactions.download_transactions": (
        "EXPORT tbl_transactions",
        lambda g: g.post(
            "/transactions/export", format="csv", columns=["amount"], purpose="Distribution list"
        ),
    ),
    "transactions.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/transactions/columns", columns=["beneficiary", "status"]),
    ),
}
