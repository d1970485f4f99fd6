"""Files that prove an offramp: they go with who is erased, and so do those that no request came to know of."""

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core import keeping
from portal.core.enums import OfframpStatus
from portal.core.errors import NotFound, Refusal
from portal.core.keeping import FRESH
from portal.offramp.models import OfframpEvent
from portal.offramp.operations import proving
from portal.offramp.operations.ending import withdraw
from tests.erasing.test_offramps import forget
from tests.offramp.requests import Ground

pytestmark = pytest.mark.database


def kept(ground: Ground, words: str = "") -> Path:
    """The file of a proof that Asha was paid."""
    request = ground.add(OfframpStatus.COMPLETED)
    sent = proving.Sent("asha-tharu.txt", b"Paid to Asha Tharu")
    name = proving.attach_proof(ground.session, request.uuid, by=ground.maker.id, words=words, sent=sent)
    ground.session.commit()
    assert name is not None
    return proving.proofs() / name


def let_pass(path: Path) -> None:
    """Make it a file of the day before yesterday."""
    old = time.time() - FRESH - 60
    os.utime(path, (old, old))


def test_F6_a_file_goes_with_who_is_erased(ground: Ground) -> None:
    path = kept(ground, "Confirmed")
    let_pass(path)
    assert proving.remove_unnamed(ground.session) == 0
    forget(ground)
    event = ground.session.scalars(select(OfframpEvent).where(OfframpEvent.kind == "PROOF")).one()
    assert (event.facts, event.body) == (None, "Confirmed")
    assert proving.remove_unnamed(ground.session) == 1
    assert not path.exists()


def test_F7_a_file_that_no_request_names_is_removed_a_day_later(ground: Ground) -> None:
    path = proving.proofs() / "left"
    keeping.keep(path, b"What a killed process left")
    assert proving.remove_unnamed(ground.session) == 0
    let_pass(path)
    assert proving.remove_unnamed(ground.session) == 1
    assert not path.exists()


def test_a_request_has_so_many_proofs_and_no_more(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MOST_PROOFS", 1)
    request = ground.add()
    proving.attach_proof(ground.session, request.uuid, by=ground.maker.id, words="Seen")
    with pytest.raises(Refusal, match="at most"):
        proving.attach_proof(ground.session, request.uuid, by=ground.maker.id, words="Seen again")
    withdraw(ground.session, request.uuid, by=ground.maker.id, reason="Wrong")
    with pytest.raises(NotFound):
        proving.attach_proof(ground.session, request.uuid, by=ground.maker.id, words="Late")
