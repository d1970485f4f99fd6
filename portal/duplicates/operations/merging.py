"""Making two records one, and taking that back.

The winner gets the chosen facts and everything that referred to the loser; the loser is deleted softly and points to
the winner. All of it happens in one transaction, with both rows locked: of two who merge at once one wins, and the
other is told that the people are no longer what the page showed.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.operations.fate import delete_people
from portal.core.errors import Conflict, Words, sentence
from portal.duplicates.fields import CHOSEN, GOVT_ID, PERSONAL, parts_of, usual
from portal.duplicates.models import Duplicate, Merge
from portal.duplicates.operations.people import (
    PARKED_PHONES,
    PARKED_WALLETS,
    Side,
    hold,
    write_back,
)
from portal.duplicates.operations.references import called, follow, give_back, rows_of
from portal.duplicates.queries.rows import rows, seen

Choice = Literal["winner", "loser"]
REASON = sentence("Merged with another record of the same person.")
CHANGED = sentence("Somebody changed one of the two since this page was drawn. Look at both once more.")
DECIDED = sentence("Somebody has decided about these two already.")
IN_THE_WAY = sentence("This merge cannot be undone any more. Changed since: %(what)s.")
UNDONE = sentence("This merge was undone already.")
ERASED = sentence("This merge cannot be undone any more: the person was erased.")
THEIR_DATA = sentence("The person's data")


def merge(
    session: Session,
    pair: Duplicate,
    winner: UUID,
    choices: Mapping[str, Choice],
    *,
    as_seen: str,
    by: UUID,
    by_id: int,
) -> Merge:
    """Make the pair's two people one, in the session's transaction.

    `choices` says for facts of `fields.CHOSEN` whose value is kept; for those it does not name, the winner's unless
    it says nothing. `as_seen` is the stamp of both as the page showed them. Raises Conflict where the pair was
    decided, one of the two is deleted, or either changed since.
    """
    people = (pair.first_id, pair.second_id)
    loser = people[1] if winner == people[0] else people[0]
    sides = hold(session, people)
    session.refresh(pair, with_for_update=True)
    if pair.state != "OPEN":
        raise Conflict(DECIDED)
    before = rows(session, people)
    if as_seen != seen(before) or any(side.person.deleted_at for side in sides.values()):
        raise Conflict(CHANGED)
    references = rows_of(session, people)
    _take_over(session, sides[winner], sides[loser], choices)
    follow(session, winner, loser)
    delete_people(session, select(Beneficiary.uuid).where(Beneficiary.uuid == loser), reason=REASON, by=by)
    session.execute(
        text('UPDATE tbl_beneficiaries SET "mergedInto" = :winner WHERE uuid = :loser'),
        {"winner": winner, "loser": loser},
    )
    merged = Merge(
        winner_id=winner,
        loser_id=loser,
        pair_id=pair.uuid,
        before=before,
        after=rows(session, people),
        moved={"before": references, "after": rows_of(session, people)},
        merged_by=by_id,
    )
    session.add(merged)
    _decide(pair, "MERGED", by_id)
    session.flush()
    session.expire_all()
    return merged


def undo(session: Session, merged: Merge, *, by_id: int) -> None:
    """Make the two again what they were, with everything that referred to either of them.

    Raises Conflict where that was done already, and, naming what, where anything changed since.
    """
    people = (merged.winner_id, merged.loser_id)
    hold(session, people)
    session.refresh(merged, with_for_update=True)
    if merged.undone_at is not None:
        raise Conflict(UNDONE)
    if merged.erased_at is not None:
        raise Conflict(ERASED)
    if what := standing_in_the_way(session, merged):
        raise Conflict(IN_THE_WAY, what=[Words(one) for one in what])
    give_back(session, merged.moved["before"], people)
    write_back(session, merged.before)
    pair = session.scalars(select(Duplicate).where(Duplicate.uuid == merged.pair_id)).one()
    pair.state, pair.decided_at, pair.decided_by = "OPEN", None, None
    merged.undone_at, merged.undone_by = func.now(), by_id
    session.flush()


def standing_in_the_way(session: Session, merged: Merge) -> list[str]:
    """What changed since a merge, in words (English; keys of their translations); nothing where it can be undone."""
    people = (merged.winner_id, merged.loser_id)
    now = rows(session, people)
    what = [THEIR_DATA] if now != merged.after else []
    references = rows_of(session, people)
    return what + [
        called(place) for place, found in references.items() if found != merged.moved["after"][place]
    ]


def keep_apart(session: Session, pair: Duplicate, *, by_id: int) -> None:
    """Remember that the two are different people. Saying it twice is saying it once. Raises Conflict where they
    were merged meanwhile."""
    session.refresh(pair, with_for_update=True)
    if pair.state == "MERGED":
        raise Conflict(DECIDED)
    if pair.state == "OPEN":
        _decide(pair, "DIFFERENT", by_id)


def reopen(session: Session, pair: Duplicate) -> None:
    """Take back that the two are different people. Raises Conflict where they were merged."""
    session.refresh(pair, with_for_update=True)
    if pair.state == "MERGED":
        raise Conflict(DECIDED)
    pair.state, pair.decided_at, pair.decided_by = "OPEN", None, None


def _decide(pair: Duplicate, state: str, by_id: int) -> None:
    pair.state, pair.decided_at, pair.decided_by = state, func.now(), by_id


def _take_over(session: Session, winner: Side, loser: Side, choices: Mapping[str, Choice]) -> None:
    """Give the winner the chosen facts. What is unique is exchanged: the loser keeps the winner's phone or wallet,
    so that nobody else can have it while the merge may still be undone."""
    mine, theirs = winner.facts, loser.facts
    wanted = {choice for choice in CHOSEN if not _keeps(choices, mine, theirs, choice)}
    people = [winner.person.uuid, loser.person.uuid]
    if "phone" in wanted:
        session.execute(text(PARKED_PHONES), {"people": people})
        loser.pii.phone, winner.pii.phone = _phone_of(winner, loser), _phone_of(loser, winner)
    if "wallet_address" in wanted:
        session.execute(text(PARKED_WALLETS), {"people": people})
        loser.person.wallet_address = mine["wallet_address"]
        winner.person.wallet_address = theirs["wallet_address"]
    for choice in wanted - {"phone", "wallet_address", GOVT_ID}:
        for part in parts_of(choice):
            setattr(winner.pii if part in PERSONAL else winner.person, part, theirs[part])
    winner.person.extras = {**(loser.person.extras or {}), **(winner.person.extras or {})} or None
    extras: dict[str, Any] = {**(loser.pii.extras or {}), **(winner.pii.extras or {})}
    extras["govtIDNumber"] = theirs[GOVT_ID] if GOVT_ID in wanted else mine[GOVT_ID]
    winner.pii.extras = {name: value for name, value in extras.items() if value is not None} or None
    winner.person.version = Beneficiary.version + 1
    winner.person.updated_at = func.now()
    session.flush()


def _keeps(choices: Mapping[str, Choice], mine: dict[str, Any], theirs: dict[str, Any], choice: str) -> bool:
    chosen = choices.get(choice)
    return chosen == "winner" if chosen else usual(mine, theirs, choice)


def _phone_of(side: Side, other: Side) -> str:
    """A side's phone as the other one holds it: that of nobody is named after who has it."""
    phone = side.pii.phone
    return f"none:{other.person.uuid}" if phone.startswith("none:") else phone
