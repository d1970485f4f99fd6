"""Two people decide about the same pair at the same moment: one of them does it, the other is told."""

from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Conflict
from portal.duplicates.models import Duplicate, Merge
from portal.duplicates.operations.merging import merge, undo
from portal.duplicates.operations.starting import begin_scan
from portal.users.models import User
from tests.duplicates.pairs import add_pair, add_twins, stamp, whole
from tests.factories import add_beneficiary, add_user_with


def at_once(app: Flask, deeds: list[object]) -> list[str]:
    """Do all of them at the same moment, each in a transaction of its own: what came of each, sorted."""
    start, said = Barrier(len(deeds)), []

    def run(deed: object) -> None:
        with app.app_context():
            session = db.session()
            start.wait()
            try:
                deed(session)  # type: ignore[operator]
                session.commit()
                said.append("done")
            except Conflict:
                session.rollback()
                said.append("refused")

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def found(session: Session, pair: int) -> Duplicate:
    return session.get_one(Duplicate, pair)


def test_of_two_merges_at_once_one_wins_whichever_way_they_go(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        officer = add_user_with(session, "officer", "Officer")
        one, other, pair = add_twins(session)
        session.commit()
        number, shown, who, people = (
            pair.id,
            stamp(session, pair),
            (officer.uuid, officer.id),
            (one.uuid, other.uuid),
        )
        session.commit()

        def merging(winner: object) -> object:
            def deed(mine: Session) -> None:
                merge(mine, found(mine, number), winner, {}, as_seen=shown, by=who[0], by_id=who[1])  # type: ignore[arg-type]

            return deed

        assert (
            at_once(committed_app, [merging(people[at % 2]) for at in range(6)]) == ["done"] + ["refused"] * 5
        )
        assert session.scalar(select(func.count()).select_from(Merge)) == 1


def test_of_two_pairs_that_share_a_person_the_second_merge_is_refused(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        officer = add_user_with(session, "officer", "Officer")
        one, other, pair = add_twins(session)
        third = add_beneficiary(session, "Sita Tharu")
        second = add_pair(session, other, third)
        session.commit()
        asked = [(pair.id, one.uuid, stamp(session, pair)), (second.id, third.uuid, stamp(session, second))]
        who = officer.uuid, officer.id
        session.commit()

        def merging(number: int, winner: object, shown: str) -> object:
            def deed(mine: Session) -> None:
                merge(mine, found(mine, number), winner, {}, as_seen=shown, by=who[0], by_id=who[1])  # type: ignore[arg-type]

            return deed

        assert at_once(committed_app, [merging(*one) for one in asked]) == ["done", "refused"]


def test_a_merge_is_undone_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        officer = add_user_with(session, "officer", "Officer")
        one, other, pair = add_twins(session)
        people, by_id = (one.uuid, other.uuid), officer.id
        before = whole(session, people)
        merged = merge(
            session, pair, one.uuid, {}, as_seen=stamp(session, pair), by=officer.uuid, by_id=by_id
        )
        session.commit()
        number = merged.id
        session.commit()

        def undoing(mine: Session) -> None:
            undo(mine, mine.get_one(Merge, number), by_id=by_id)

        assert at_once(committed_app, [undoing] * 4) == ["done"] + ["refused"] * 3
        assert whole(session, people) == before


def test_of_two_searches_asked_for_at_once_one_is_begun(committed_app: Flask) -> None:
    with committed_app.app_context():
        by = add_user_with(db.session(), "officer", "Officer").id
        db.session.commit()

        def asking(mine: Session) -> None:
            assert mine.get_one(User, by)
            begin_scan(mine, created_by=by, link="/duplicates")

        assert at_once(committed_app, [asking] * 3) == ["done", "refused", "refused"]
