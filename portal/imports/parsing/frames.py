"""How the reading process talks to the one that started it: length-prefixed frames on a pipe."""

from __future__ import annotations

import json
import struct
from typing import IO, Any, NamedTuple

_HEAD = struct.Struct(">cI")
MAX_FRAME = 16 * 1024 * 1024  # bytes; more is not believed

RESULT = b"J"  # JSON: what was asked for, or the sums at the end
ROWS = b"R"  # JSON about the batch, a line feed, and its rows as COPY text
REFUSED = b"X"  # JSON: message and params of a FileRefused
FAULT = b"E"  # text: where the program itself went wrong


class Frame(NamedTuple):
    """One message: its kind, one of the constants above, and its bytes."""

    kind: bytes
    body: bytes


def write_frame(stream: IO[bytes], kind: bytes, body: bytes) -> None:
    """Send one frame."""
    stream.write(_HEAD.pack(kind, len(body)))
    stream.write(body)
    stream.flush()


def write_json(stream: IO[bytes], kind: bytes, data: Any) -> None:
    """Send one frame with a JSON body."""
    write_frame(stream, kind, json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


class FrameBuffer:
    """Puts frames together from the pieces a pipe gives."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def feed(self, piece: bytes) -> None:
        """Add what was read."""
        self._pieces += piece

    def next(self) -> Frame | None:
        """The next whole frame, or None until more is fed. Raises ValueError for a frame over `MAX_FRAME`."""
        if len(self._pieces) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(self._pieces)
        if length > MAX_FRAME:
            raise ValueError("a frame is longer than any that is sent")
        end = _HEAD.size + length
        if len(self._pieces) < end:
            return None
        body = bytes(self._pieces[_HEAD.size : end])
        del self._pieces[:end]
        return Frame(kind, body)
