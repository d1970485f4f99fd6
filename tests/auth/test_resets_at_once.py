"""A link that is opened by several at once is good for one of them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.auth.identifiers import identifier_of
from portal.auth.operations.resets import ask_for_reset, choose_password
from portal.auth.passwords import Passwords
from portal.core.db import db
from portal.core.errors import Refusal
from tests.auth.people import person_in

pytestmark = pytest.mark.database


def test_A9_of_eight_who_use_one_link_at_once_one_chooses_the_password(
    committed_app: Flask, cheap_passwords: Passwords
) -> None:
    with committed_app.app_context():
        person_in(db.session(), cheap_passwords, "asha", "Viewer")
        token, _user = ask_for_reset(db.session(), identifier_of("asha@example.org", "NP"))
        db.session.commit()
    ready = threading.Barrier(8)

    def choose(number: int) -> bool:
        with committed_app.app_context():
            ready.wait()
            try:
                new = f"quite another one, number {number}"
                choose_password(db.session(), cheap_passwords, "RESET", token, new, "Rahat")
            except Refusal:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(choose, range(8))) == [False] * 7 + [True]
