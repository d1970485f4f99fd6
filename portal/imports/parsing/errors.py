"""What is said of a file that will not be read."""

from __future__ import annotations

from typing import Any

from portal.core.errors import Refusal


class FileRefused(Refusal):
    """A file that cannot or will not be read; the message is one clear sentence for whoever sent it."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message, "file", **params)


def damaged() -> FileRefused:
    """The refusal of a file whose inside does not hold together."""
    return FileRefused(
        "The file is damaged and cannot be read. Open it in a spreadsheet program and save it again."
    )


def too_big() -> FileRefused:
    """The refusal of a file that would need more memory than reading may take."""
    return FileRefused(
        "The file needs too much memory to be read: it holds too many cells, or a filled cell lies far away "
        "from the others. Save the sheet as CSV, or split it."
    )


def too_slow() -> FileRefused:
    """The refusal of a file that takes longer to read than reading may take."""
    return FileRefused("The file takes too long to read. Save the sheet as CSV, or split it.")
