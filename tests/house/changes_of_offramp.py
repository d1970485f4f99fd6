"""The same of requests to turn tokens into money."""

from tests.house.ground import Calls

CALLS: Calls = {
    "offramp.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/offramps/columns", columns=["amount", "status"]),
    ),
    "offramp.download_requests": (
        "EXPORT tbl_offramps",
        lambda g: g.post("/offramps/export", format="csv", columns=["amount"], purpose="Reporting"),
    ),
}
