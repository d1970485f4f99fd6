"""What proves that money reached somebody, or did not: words, a file, or both, added to a request's story."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core import keeping
from portal.core.errors import NotFound, Refusal
from portal.core.places import instance_directory
from portal.grievances.content import media_type_of, shown_name
from portal.offramp.models import OfframpEvent
from portal.offramp.operations.telling import Kind
from portal.offramp.operations.working import hold

MOST_PROOFS = 30
"""So many a request has at most."""
PATH, NAME, TYPE, SIZE = "path", "name", "mediaType", "size"
"""The facts of a file: where it lies, and what it is called, holds and weighs."""


@dataclass(frozen=True)
class Sent:
    """A file as somebody sent it: what they call it, and what is in it."""

    name: str
    content: bytes


def proofs() -> Path:
    """Where this installation keeps the files."""
    return instance_directory() / "offramps"


def attach_proof(
    session: Session,
    uuid: UUID,
    *,
    by: int,
    words: str = "",
    sent: Sent | None = None,
    event: UUID | None = None,
) -> str | None:
    """Add words, a file or both to the story of a request, in the name of the user `by`; the file's made-up name.

    None where there is no file, or the same `event` is there already, which is left as it is. The file is written
    before the transaction ends, so where that fails the caller forgets it (`forget`). Raises Refusal where there is
    neither, at `file` for what is not taken (`grievances.content`) and where there are many already, NotFound where
    there is no such request.
    """
    said = words.strip()
    if not said and sent is None:
        raise Refusal("Write what proves it, or choose a file.", field="words")
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    facts: dict[str, Any] | None = None
    if sent is not None:
        name = shown_name(sent.name)
        media_type = media_type_of(name, sent.content)
        facts = {PATH: token_hex(16), NAME: name, TYPE: media_type, SIZE: len(sent.content)}
    told = select(func.count()).where(OfframpEvent.offramp_id == uuid, OfframpEvent.kind == Kind.PROOF.value)
    if (session.scalar(told) or 0) >= MOST_PROOFS:
        raise Refusal("A request has at most %(most)s proofs.", field="file", most=MOST_PROOFS)
    adding = insert(OfframpEvent).values(
        uuid=event or uuid4(),
        offramp_id=uuid,
        kind=Kind.PROOF.value,
        body=said or None,
        facts=facts,
        created_by=by,
    )
    if session.scalar(adding.on_conflict_do_nothing().returning(OfframpEvent.id)) is None or facts is None:
        return None
    path: str = facts[PATH]
    if sent is not None:
        keeping.keep(proofs() / path, sent.content)
    return path


def forget(paths: Iterable[str]) -> None:
    """Delete files whose lines never came."""
    keeping.forget(proofs(), paths)


def remove_unnamed(session: Session) -> int:
    """Remove the files that no request names (`core.keeping.unnamed`); how many."""
    path = OfframpEvent.facts[PATH].astext
    named = select(path).where(OfframpEvent.kind == Kind.PROOF.value, path.is_not(None))
    gone = keeping.unnamed(proofs(), {name for name in session.scalars(named) if name})
    forget(gone)
    return len(gone)
