"""The same of payout lists."""

from uuid import UUID

from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.house.ground import Calls, Ground
from tests.payouts import lists

NEW = {"title": "Round 1", "rule": "FIXED", "amount": "100", "currency": "NPR", "method": "HANDED_OUT"}


def _page(found: UUID) -> str:
    return f"/payouts/{found}"


def _draft(g: Ground) -> str:
    return _page(lists.make_ground(g.session, people=2).draft().uuid)


def _submitted(g: Ground) -> str:
    return _page(lists.make_ground(g.session, people=2).submitted().uuid)


def _made(g: Ground) -> TestResponse:
    ground = lists.make_ground(g.session, people=2)
    address = f"/payouts/new?within={ground.project.uuid}&group={ground.group.uuid}"
    return g.post(address, **NEW, vendor=str(ground.vendor.uuid))


def _followed(g: Ground) -> TestResponse:
    found = lists.make_ground(g.session, people=2).paid()
    g.sql(
        "UPDATE tbl_transactions SET status = 'FAILED', \"failedBy\" = :me, \"failedAt\" = now(), reason = 'x'",
        me=g.me.id,
    )
    return g.post(f"{_page(found.uuid)}/follow-up")


def _edited(g: Ground) -> TestResponse:
    ground = lists.make_ground(g.session, people=2)
    page = _page(ground.draft().uuid)
    return g.filled(f"{page}/edit", **NEW | {"amount": "120"}, vendor=str(ground.vendor.uuid))


def _row(g: Ground) -> str:
    return str(
        g.session.execute(text("SELECT uuid FROM tbl_payout_rows ORDER BY number LIMIT 1")).scalar_one()
    )


def _row_edited(g: Ground) -> TestResponse:
    page = _draft(g)
    return g.filled(f"{page}/rows/{_row(g)}", amount="70")


def _row_removed(g: Ground) -> TestResponse:
    page = _draft(g)
    version = g.session.execute(text("SELECT version FROM tbl_payout_lists")).scalar_one()
    return g.post(f"{page}/rows/remove", rows=[_row(g)], version=str(version))


def _submit(g: Ground) -> TestResponse:
    page = _draft(g)
    version = g.session.execute(text("SELECT version FROM tbl_payout_lists")).scalar_one()
    return g.post(f"{page}/submit", version=str(version))


def _reopened(g: Ground) -> TestResponse:
    _submit(g)
    g.sql("UPDATE tbl_jobs SET state = 'FAILED'")
    page = _page(g.session.execute(text("SELECT uuid FROM tbl_payout_lists")).scalar_one())
    return g.post(f"{page}/reopen")


def _approved(g: Ground) -> TestResponse:
    page = _submitted(g)
    seen = g.session.execute(text('SELECT "rowsHash" FROM tbl_payout_lists')).scalar_one()
    return g.post(f"{page}/approve", seen=seen)


def _held(g: Ground) -> str:
    page = _submitted(g)
    assert g.post(f"{page}/rows/hold", rows=[_row(g)], reason="Moved").status_code == 303
    return page


def _limited(g: Ground) -> TestResponse:
    return g.post("/payouts/approvers", others="500", currency="USD", most="40")


CALLS: Calls = {
    "payouts.make_list": ("INSERT tbl_payout_lists", _made),
    "payouts.follow_up": ("INSERT tbl_payout_lists", _followed),
    "payouts.edit_list": ("UPDATE tbl_payout_lists", _edited),
    "payouts.edit_row": ("UPDATE tbl_payout_rows", _row_edited),
    "payouts.remove_rows": ("DELETE tbl_payout_rows", _row_removed),
    "payouts.submit_list": ("UPDATE tbl_payout_lists", _submit),
    "payouts.take_back_list": ("UPDATE tbl_payout_lists", lambda g: g.post(f"{_submitted(g)}/take-back")),
    "payouts.cancel_list": (
        "UPDATE tbl_payout_lists",
        lambda g: g.post(f"{_draft(g)}/cancel", reason="Twice"),
    ),
    "payouts.reopen_list": ("UPDATE tbl_payout_lists", _reopened),
    "payouts.approve_list": ("INSERT tbl_payout_approvals", _approved),
    "payouts.return_list": (
        "UPDATE tbl_payout_lists",
        lambda g: g.post(f"{_submitted(g)}/return", reason="Too much"),
    ),
    "payouts.hold_rows": (
        "UPDATE tbl_payout_rows",
        lambda g: g.post(f"{_submitted(g)}/rows/hold", rows=[_row(g)], reason="Moved"),
    ),
    "payouts.let_rows_in": (
        "UPDATE tbl_payout_rows",
        lambda g: g.post(f"{_held(g)}/rows/let-in", rows=[_row(g)]),
    ),
    "payouts.download_list": (
        "EXPORT tbl_payout_lists",
        lambda g: g.post(f"{_draft(g)}/export", format="csv", purpose="Reporting"),
    ),
    "payouts.edit_limits": ("INSERT tbl_settings", _limited),
    "payouts.delete_limit": (
        "UPDATE tbl_settings",
        lambda g: (_limited(g), g.post("/payouts/approvers/USD/delete"))[1],
    ),
}
