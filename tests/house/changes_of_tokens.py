"""The same of the registry of tokens."""

from tests.house.ground import Calls
from tests.tokens.coins import FORM, add_token

CALLS: Calls = {
    "tokens.new_token": ("INSERT tbl_tokens", lambda g: g.post("/tokens/new", **FORM)),
    "tokens.import_token": ("INSERT tbl_tokens", lambda g: g.post("/tokens/import", **FORM)),
    "tokens.edit_token": (
        "UPDATE tbl_tokens",
        lambda g: g.filled(f"/tokens/{add_token(g.session).uuid}/edit", **{**FORM, "name": "Another"}),
    ),
    "tokens.delete_token": (
        "DELETE tbl_tokens",
        lambda g: g.post(f"/tokens/{add_token(g.session).uuid}/delete"),
    ),
}
