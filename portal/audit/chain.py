"""How entries are sealed: what is hashed, and in which form, so that it is the same on every machine and clock.

Times go in as microseconds since 1970 in UTC, JSON as PostgreSQL writes it: neither depends on a setting.
"""

import hashlib
import json
from dataclasses import dataclass

ENTRY_DIGEST = """
    sha256(convert_to(jsonb_build_array(
        id, txid::text, (extract(epoch FROM at) * 1000000)::bigint, actor, "requestId", action, "tableName", "recordId",
        before::text, after::text, details::text
    )::text, 'UTF8'))
"""
"""SQL: the hash of one entry, of everything that stands in it."""

DIGEST = 32
MARK = 8
"""Bytes of an entry's hash that are kept with the seal, to tell which entry was changed."""
NOTHING_BEFORE = bytes(DIGEST)
"""What the first seal names as the hash of the seal before it."""


@dataclass(frozen=True)
class Span:
    """What a seal says about itself: which entries it covers, by number, transaction and id."""

    number: int
    after_id: int
    from_id: int
    to_id: int
    last_txid: int
    last_id: int
    horizon: int
    row_count: int
    sealed_at_us: int


def marks_of(digests: bytes) -> bytes:
    """The marks of entries whose hashes stand one behind the other."""
    return b"".join(digests[at : at + MARK] for at in range(0, len(digests), DIGEST))


def seal_hash(previous: bytes, span: Span, digests: bytes) -> bytes:
    """The hash of a seal: over the one before, what it says about itself, and the hashes of its entries."""
    about = json.dumps(list(vars(span).values()), separators=(",", ":")).encode()
    parts = (previous, hashlib.sha256(about).digest(), hashlib.sha256(digests).digest(), marks_of(digests))
    return hashlib.sha256(b"".join(parts)).digest()
