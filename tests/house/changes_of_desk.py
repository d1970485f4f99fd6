"""The same of a vendor's desk."""

from werkzeug.test import TestResponse

from tests.desk.conftest import let_in
from tests.house.ground import Calls, Ground
from tests.transactions.paying import make_ground


def _claimed(g: Ground) -> TestResponse:
    paying = make_ground(g.session)
    return let_in(g.app, g.session, paying.shop).post(
        "/desk/claim",
        data={
            "project": str(paying.project.uuid),
            "person": str(paying.asha.uuid),
            "sure": str(paying.asha.uuid),
            "amount": "5",
            "currency": "NPR",
        },
    )


def _disputed(g: Ground) -> TestResponse:
    paying = make_ground(g.session)
    payment = paying.make()
    desk = let_in(g.app, g.session, paying.shop)
    return desk.post(f"/desk/payments/{payment}/wrong", data={"what": "amount", "words": "It was less."})


CALLS: Calls = {
    "desk.make_claim": ("INSERT tbl_transactions", _claimed),
    "desk.dispute_payment": ("INSERT tbl_grievances", _disputed),
}
