"""Reading the matrix, and telling an answer's kind."""

from pathlib import Path

from werkzeug.test import TestResponse

FILE = Path(__file__).with_name("matrix.txt")
OWN, OTHER = "own", "other"
COLUMNS = (
    "anonymous",
    "vendor",
    "officer",
    "supervisor",
    "approver",
    "manager",
    "viewer",
    "admin",
    OWN,
    OTHER,
)
CELLS = ("yes", "no", "hidden", "door")

Line = tuple[str, str]
"""A method and an endpoint."""


def read_matrix() -> dict[Line, dict[str, str]]:
    """Method and endpoint → column → what is expected. Raises ValueError for a line that cannot be read."""
    found: dict[Line, dict[str, str]] = {}
    for number, text in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        method, endpoint, *cells = text.split()
        if len(cells) != len(COLUMNS) or not set(cells) <= set(CELLS) or (method, endpoint) in found:
            raise ValueError(f"line {number} of {FILE.name}: {text}")
        found[method, endpoint] = dict(zip(COLUMNS, cells, strict=True))
    return found


def kind_of(method: str, answer: TestResponse) -> str:
    """The cell that an answer is; a word of its own where it is none of them."""
    status = answer.status_code
    to_door = status == 303 and method == "GET" and answer.location.startswith("/sign-in")
    if status == 401 or to_door:
        return "door"
    if status == 429 or status >= 500:
        return f"status {status}"
    return {403: "no", 404: "hidden", 405: "status 405"}.get(status, "yes")
