"""The same of the list of grievances, its board, and deeds for many of them."""

from tests.house.ground import Calls

CALLS: Calls = {
    "grievances.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/grievances/columns", columns=["title", "status"]),
    ),
    "grievances.download_grievances": (
        "EXPORT tbl_grievances",
        lambda g: g.post("/grievances/export", format="csv", columns=["code"], purpose="Reporting"),
    ),
}
