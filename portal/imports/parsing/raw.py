"""The cells of rows as they stand in the file, for who reads them by their own rules."""

import json
from collections.abc import Iterator


def rows_in(block: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a block of COPY text with the columns `row_number` and `raw`: each with its number in the file."""
    for line in block.splitlines():
        number, _, raw = line.partition(b"\t")
        yield int(number), json.loads(raw.replace(b"\\\\", b"\\"))
