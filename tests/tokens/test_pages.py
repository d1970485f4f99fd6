"""The registry of tokens: what is taken, what is refused at which field, and what stays while it is used."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.tokens.models import Token
from tests.auth.people import statements
from tests.factories import add_project, add_user_with, enter_as
from tests.tokens.coins import ADDRESS, FORM, HASH, add_token

pytestmark = pytest.mark.database


@pytest.fixture
def admin(session: Session, client: FlaskClient) -> FlaskClient:
    enter_as(client, session, add_user_with(session, "keeper", "Admin"))
    return client


def error_at(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert found, page
    return found[1]


def test_a_token_of_the_programme_is_kept_as_its_contract_says(session: Session, admin: FlaskClient) -> None:
    typed = {**FORM, "contract_address": ADDRESS.lower(), "transaction_hash": HASH.upper().replace("X", "x")}
    answer = admin.post("/tokens/new", data=typed)
    assert answer.status_code == 303
    token = session.scalars(select(Token)).one()
    assert answer.location == f"/tokens/{token.uuid}"
    assert (token.symbol, token.type, token.contract_address) == ("RUSD", "CREATED", ADDRESS)
    assert token.transaction_hash == HASH
    assert token.initial_supply == 10000005 * 10**17
    assert "1,000,000.5\N{NO-BREAK SPACE}RUSD" in admin.get(answer.location).text.replace(" RUSD", "\xa0RUSD")


def test_a_token_that_is_there_already_needs_no_transaction(session: Session, admin: FlaskClient) -> None:
    without = {**FORM, "transaction_hash": ""}
    assert admin.post("/tokens/import", data=without).status_code == 303
    assert session.scalars(select(Token)).one().type == "IMPORTED"
    refused = admin.post("/tokens/new", data={**without, "symbol": "OTHER"})
    assert refused.status_code == 422
    assert "the transaction that made the token" in error_at(refused.text, "transaction_hash")


def test_the_largest_supply_is_shown_to_its_last_unit(session: Session, admin: FlaskClient) -> None:
    most = str(2**256 - 1)
    answer = admin.post(
        "/tokens/new", data={**FORM, "decimals": "6", "initial_supply": f"{most[:-6]}.{most[-6:]}"}
    )
    assert session.scalars(select(Token.initial_supply)).one() == 2**256 - 1
    whole = f"{int(most[:-6]):,}.{most[-6:]}"
    assert whole in admin.get(str(answer.location)).text
    assert whole in admin.get("/tokens").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Give the token its name."),
        ("symbol", "", "Fill in the symbol."),
        ("symbol", "two words", "up to 20 letters"),
        ("symbol", "usd", "is the code of a currency"),
        ("symbol", "RUSD\0", "cannot be stored"),
        ("contract_address", "", "Fill in the address"),
        ("contract_address", "0x12", "is not the address of a contract"),
        ("contract_address", ADDRESS.replace("D3f", "d3F"), "one of them is mistyped"),
        ("decimals", "78", "from 0 to 77"),
        ("decimals", "-1", "from 0 to 77"),
        ("decimals", "many", "Not a valid integer"),
        ("initial_supply", "1e5", "in figures"),
        ("initial_supply", "0." + "1" * 19, "more decimals than the token"),
        ("from_block", "-1", "not the number of a block"),
        ("from_block", str(2**63), "not the number of a block"),
        ("transaction_hash", "0x12", "0x and 64 digits"),
    ],
)
def test_D11_D12_what_no_token_can_be_is_said_at_its_field_and_nothing_is_lost(
    session: Session, admin: FlaskClient, field: str, value: str, said: str
) -> None:
    answer = admin.post("/tokens/new", data={**FORM, field: value})
    assert answer.status_code == 422
    assert said in error_at(answer.text, field)
    assert "For the flood." in answer.text
    assert session.scalar(select(func.count()).select_from(Token)) == 0


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("symbol", "a token with the symbol RUSD already"),
        ("contract_address", "The token RUSD has this contract already"),
        ("transaction_hash", "The token RUSD was made by this transaction"),
        ("from_block", "The token RUSD begins at this block"),
    ],
)
def test_no_two_tokens_share_what_names_them(admin: FlaskClient, field: str, said: str) -> None:
    assert admin.post("/tokens/new", data=FORM).status_code == 303
    other = {
        "symbol": "OTHER",
        "contract_address": "0x" + "1" * 40,
        "transaction_hash": "0x" + "1" * 64,
        "from_block": "7",
    }
    answer = admin.post("/tokens/new", data={**FORM, **other, field: FORM[field]})
    assert answer.status_code == 422
    assert said in error_at(answer.text, field)
    assert admin.post("/tokens/new", data={**FORM, **other}).status_code == 303


def test_E2_one_form_sent_by_many_clicks_at_once_adds_one_token(committed_app: Flask) -> None:
    clicks = 6
    with committed_app.app_context():
        keeper = add_user_with(db.session(), "keeper", "Admin")
        browsers = [enter_as(committed_app.test_client(), db.session(), keeper) for _ in range(clicks)]
    ready, once = Barrier(clicks), str(uuid4())

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        ready.wait(30)
        answer = browser.post("/tokens/new", data={**FORM, "once": once})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(clicks) as pool:
        answers = set(pool.map(send, browsers))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Token)) == 1


def _edited(admin: FlaskClient, token: Token, version: str | None = None, **typed: str) -> tuple[int, str]:
    url = f"/tokens/{token.uuid}/edit"
    page = admin.get(url).text
    shown = dict(re.findall(r'<input[^>]*? id="(\w+)"[^>]*? value="([^"]*)"', page))
    shown |= dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page))
    if version is not None:
        shown["version"] = version
    answer = admin.post(url, data={**shown, **typed})
    return answer.status_code, answer.text


def test_E5_who_comes_second_sees_what_was_saved_and_keeps_what_they_typed(
    session: Session, admin: FlaskClient
) -> None:
    token = add_token(session)
    session.commit()
    assert _edited(admin, token, name="First")[0] == 303
    for version in ("1", "", "x"):
        status, page = _edited(admin, token, version, name="Second")
        assert status == 409
        assert "This is what the others saved" in page
        assert "First" in page
        assert 'value="Second"' in page
    session.expire_all()
    assert token.name == "First"
    assert _edited(admin, token, name="Second")[0] == 303


def test_saving_without_a_change_changes_nothing(session: Session, admin: FlaskClient) -> None:
    token = add_token(session)
    session.commit()
    assert _edited(admin, token)[0] == 303
    session.expire_all()
    assert token.version == 1


@pytest.mark.parametrize(
    ("field", "value"), [("symbol", "XUSD"), ("decimals", "6"), ("contract_address", "0x" + "1" * 40)]
)
def test_what_a_token_is_stays_while_amounts_are_counted_in_it(
    session: Session, admin: FlaskClient, field: str, value: str
) -> None:
    token = add_token(session)
    session.commit()
    assert _edited(admin, token, **{field: value})[0] == 303
    used = add_token(session, "USED")
    add_project(session, "Flood", currency="USED")
    session.commit()
    status, page = _edited(
        admin, used, **{field: value.replace("1", "2").replace("X", "Y").replace("6", "8")}
    )
    assert status == 422
    assert "this stays as it is" in error_at(page, field)
    assert _edited(admin, used, name="A better name")[0] == 303


def test_a_token_goes_only_while_nothing_is_counted_in_it(session: Session, admin: FlaskClient) -> None:
    used, idle = add_token(session, "USED"), add_token(session, "IDLE")
    add_project(session, "Flood", currency="USED")
    session.commit()
    asked = admin.get(f"/tokens/{used.uuid}/delete").text
    assert "This token stays" in asked
    refused = admin.post(f"/tokens/{used.uuid}/delete")
    assert refused.status_code == 422
    assert admin.post(f"/tokens/{idle.uuid}/delete").status_code == 303
    assert list(session.scalars(select(Token.symbol))) == ["USED"]


def test_C2_who_only_reads_tokens_is_offered_no_change(session: Session, app: Flask) -> None:
    token = add_token(session)
    browser = enter_as(app.test_client(), session, add_user_with(session, "boss", "Manager"))
    for path in ("/tokens", f"/tokens/{token.uuid}"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert not re.search(r"/tokens/(new|import|[^\"]*/(edit|delete))", answer.text)


def test_C7_extra_fields_change_nothing(session: Session, admin: FlaskClient) -> None:
    more = {"type": "IMPORTED", "version": "9", "createdBy": "1"}
    assert admin.post("/tokens/new", data={**FORM, **more}).status_code == 303
    token = session.scalars(select(Token)).one()
    assert (token.type, token.version) == ("CREATED", 1)


PAGES = {"": 4, "/new": 2, "/import": 2, "/{token}": 4, "/{token}/edit": 3, "/{token}/delete": 4}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_statements_however_many_tokens_there_are(
    session: Session, admin: FlaskClient, path: str
) -> None:
    token = add_token(session)
    counts = []
    for number in range(2):
        add_token(session, f"MORE{number}")
        session.commit()
        with statements() as asked:
            assert admin.get("/tokens" + path.format(token=token.uuid)).status_code == 200
        counts.append(len(asked))
    assert counts == [PAGES[path]] * 2
