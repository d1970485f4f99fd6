"""Somebody is erased while somebody else edits, restores or merges them: one of the two does it, and stays right."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.operations.fate import restore_people
from portal.beneficiaries.operations.people import change
from portal.beneficiaries.queries.editing import person_to_edit, this_one
from portal.core.abilities import Ability, Rule
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.duplicates.models import Duplicate
from portal.duplicates.operations.merging import merge
from portal.erasing.operations.erasing import erase
from tests.duplicates.pairs import add_twins, stamp
from tests.factories import add_beneficiary, add_user_with

Deed = Callable[[Session], None]
EVERYTHING = Ability([Rule("manage", "all")])
TIMES = 4


def at_once(app: Flask, deeds: dict[str, Deed]) -> set[str]:
    """Do all of them at the same moment, each in a transaction of its own; which were done."""
    start, done = Barrier(len(deeds)), set()

    def run(name: str, deed: Deed) -> None:
        with app.app_context():
            session = db.session()
            session.execute(select(1))
            start.wait()
            try:
                deed(session)
                session.commit()
                done.add(name)
            except (Refusal, NotFound):
                session.rollback()

    threads = [Thread(target=run, args=pair) for pair in deeds.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def erasing(person: UUID, version: int = 1) -> Deed:
    def deed(session: Session) -> None:
        erase(session, person, version=version, reason="ASKED", note=None, by=uuid4())

    return deed


def left(session: Session, person: UUID) -> tuple[bool, str | None]:
    """Whether the person is erased, and their name."""
    session.rollback()
    row = session.execute(
        select(Beneficiary.erased_at, BeneficiaryPii.name)
        .join(BeneficiaryPii)
        .where(Beneficiary.uuid == person)
    ).one()
    return row.erased_at is not None, row.name


def test_E5_an_edit_and_an_erasing_at_once_one_wins(committed_app: Flask) -> None:
    for _ in range(TIMES):
        with committed_app.app_context():
            session = db.session()
            person = add_beneficiary(session, "Sita Tharu").uuid
            session.commit()

            def edit(own: Session, uuid: UUID = person) -> None:
                edited = person_to_edit(own, uuid, EVERYTHING, locked=True)
                change(own, edited.person, edited.pii, {"name": "Gita Rai"}, EVERYTHING, version=1)

            done = at_once(committed_app, {"edit": edit, "erase": erasing(person)})
            assert done in ({"edit"}, {"erase"})
            assert left(session, person) == ((True, None) if done == {"erase"} else (False, "Gita Rai"))


def test_E2_of_several_who_erase_at_once_one_does(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        person = add_beneficiary(session, "Sita Tharu").uuid
        session.commit()
        done = at_once(committed_app, {str(number): erasing(person) for number in range(5)})
        assert len(done) == 1
        assert left(session, person) == (True, None)


def test_E5_a_merge_and_an_erasing_at_once_one_wins(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        officer = add_user_with(session, "officer", "Officer")
        one, other, pair = add_twins(session)
        session.commit()
        number, shown, by, by_id = pair.id, stamp(session, pair), officer.uuid, officer.id
        loser, winner = one.uuid, other.uuid
        session.commit()

        def merging(own: Session) -> None:
            merge(own, own.get_one(Duplicate, number), winner, {}, as_seen=shown, by=by, by_id=by_id)

        done = at_once(committed_app, {"merge": merging, "erase": erasing(loser)})
        assert done in ({"merge"}, {"erase"})
        assert left(session, loser)[0] is (done == {"erase"})
        assert left(session, winner) == (False, "Seeta Tharu")


def test_E9_restoring_and_erasing_at_once_one_wins(committed_app: Flask) -> None:
    for _ in range(TIMES):
        with committed_app.app_context():
            session = db.session()
            found = add_beneficiary(session, "Sita Tharu")
            found.deleted_at, found.deleted_reason = found.created_at, "Moved away"
            session.commit()
            person = found.uuid
            session.commit()

            def restore(own: Session, uuid: UUID = person) -> None:
                if not restore_people(own, this_one(uuid)):
                    raise NotFound

            done = at_once(committed_app, {"restore": restore, "erase": erasing(person)})
            assert done in ({"restore"}, {"erase"})
            assert left(session, person) == ((True, None) if done == {"erase"} else (False, "Sita Tharu"))
