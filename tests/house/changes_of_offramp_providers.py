"""The same of the providers of offramps."""

from sqlalchemy import func
from werkzeug.test import TestResponse

from tests.house.ground import Calls, Ground
from tests.offramp.filed import add_by_file
from tests.offramp.requests import add_provider

SANDBOX = {"name": "Trial", "currency": "NPR", "rate": "133.5", "callbacks": "y"}


def _post(g: Ground, deed: str, **form: str) -> TestResponse:
    provider = add_provider(g.session, is_active=deed == "deactivate")
    if deed == "restore":
        provider.deleted_at = func.now()
        g.session.flush()
    return g.post(f"/offramps/providers/{provider.uuid}/{deed}", **form)


def _make_file(g: Ground) -> TestResponse:
    return g.post(f"/offramps/providers/{add_by_file(g.session).uuid}/payout-files")


def _download_file(g: Ground) -> TestResponse:
    return g.post(str(_make_file(g).location), format="csv", purpose="Reporting")


CALLS: Calls = {
    "offramp.make_payout_file": ("INSERT tbl_offramp_files", _make_file),
    "offramp.download_payout_file": ("EXPORT tbl_offramp_files", _download_file),
    "offramp.add_provider": (
        "INSERT tbl_offramp_providers",
        lambda g: g.post("/offramps/providers/new/sandbox", **SANDBOX),
    ),
    "offramp.edit_provider": (
        "UPDATE tbl_offramp_providers",
        lambda g: _post(g, "edit", version="1", **SANDBOX),
    ),
    "offramp.check_provider": ("CHECK tbl_offramp_providers", lambda g: _post(g, "check")),
    "offramp.activate_provider": ("UPDATE tbl_offramp_providers", lambda g: _post(g, "activate")),
    "offramp.deactivate_provider": ("UPDATE tbl_offramp_providers", lambda g: _post(g, "deactivate")),
    "offramp.delete_provider": ("UPDATE tbl_offramp_providers", lambda g: _post(g, "delete")),
    "offramp.restore_provider": ("UPDATE tbl_offramp_providers", lambda g: _post(g, "restore")),
}
