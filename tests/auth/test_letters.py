"""What the portal writes to people is in their language, whoever caused it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.users.models import User
from portal.users.operations.preferences import remember_preference
from tests.auth.messages import letter
from tests.auth.people import statements

pytestmark = pytest.mark.database

ASHA = "asha@example.org"


def ask(client: FlaskClient, who: str = ASHA) -> None:
    client.post("/sign-in/code", data={"identifier": who}, headers={"Accept-Language": "ar"})


def test_a_letter_is_in_the_language_that_its_receiver_chose(
    client: FlaskClient, session: Session, asha: User
) -> None:
    remember_preference(session, asha.id, "language", "fr")
    ask(client)
    written = letter(session, "code")
    assert written.subject == "Votre code de connexion"
    assert "Ne le donnez à personne" in written.body


def test_else_in_that_of_who_asked_for_it(client: FlaskClient, session: Session, asha: User) -> None:
    client.post("/sign-in/code", data={"identifier": asha.email}, headers={"Accept-Language": "fr"})
    assert letter(session, "code").subject == "Votre code de connexion"


def test_A2_the_question_for_the_language_is_asked_for_nobody_as_well(
    client: FlaskClient, session: Session, asha: User
) -> None:
    remember_preference(session, asha.id, "language", "fr")
    asked = []
    for who in (ASHA, "nobody@example.org"):
        with statements() as sent:
            ask(client, who)
        asked.append(len(sent))
    assert asked[0] == asked[1]
