"""Secrets of providers: they go in by a form or a take-over, are sealed, and never come out again."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.offramp.client.registry import adapter_of, open_adapter
from portal.offramp.client.setup import SEALED
from portal.offramp.models import OfframpProvider
from portal.offramp.operations.providers import seal_clear
from tests.offramp.requests import add_provider
from tests.offramp.test_providers import KEY, KOTANI, LIST, SECRET, admin, edited, error_at, the_provider

pytestmark = pytest.mark.database
__all__ = ["admin"]


def add_kotani(session: Session, admin: FlaskClient, **typed: str) -> OfframpProvider:
    answer = admin.post(f"{LIST}/new/kotani-pay", data={**KOTANI, **typed})
    assert answer.status_code == 303, answer.text
    return the_provider(session)


def test_C11_a_secret_is_sealed_and_no_page_and_no_log_holds_it(session: Session, admin: FlaskClient) -> None:
    found = add_kotani(session, admin)
    saved = json.dumps(found.config)
    assert found.config["apiKey"].startswith(SEALED)
    pages = [admin.get(url).text for url in (LIST, f"{LIST}/{found.uuid}", f"{LIST}/{found.uuid}/edit")]
    log = json.dumps(session.scalars(select(func.to_jsonb(AuditEntry.__table__.table_valued()))).all())
    for said in (saved, log, *pages):
        assert KEY not in said
        assert SECRET not in said
        assert said is saved or found.config["apiKey"] not in said
    assert "Kept, and never shown" in pages[1]


def test_C11_who_may_only_read_providers_sees_no_secret_and_no_way_to_change_one(
    session: Session, admin: FlaskClient, manager: FlaskClient
) -> None:
    found = add_kotani(session, admin)
    page = manager.get(f"{LIST}/{found.uuid}").text
    assert "Kept, and never shown" in page
    assert KEY not in page
    assert "/edit" not in page
    assert manager.get(f"{LIST}/{found.uuid}/edit").status_code == 403


def test_C11_a_secret_that_is_left_empty_is_kept_and_a_new_one_takes_its_place(
    session: Session, admin: FlaskClient
) -> None:
    found = add_kotani(session, admin)
    before = dict(found.config)
    assert edited(admin, found, name="Kotani, Kenya")[0] == 303
    found = the_provider(session)
    assert (found.name, found.config["apiKey"]) == ("Kotani, Kenya", before["apiKey"])
    assert edited(admin, found, apiKey="another")[0] == 303
    assert the_provider(session).config["apiKey"] != before["apiKey"]
    assert the_provider(session).config["callbackSecret"] == before["callbackSecret"]


def test_C11_a_secret_that_may_go_is_taken_away_and_one_that_is_needed_is_not(
    session: Session, admin: FlaskClient
) -> None:
    found = add_kotani(session, admin)
    assert edited(admin, found, forget_callbackSecret="y", forget_apiKey="y")[0] == 303
    found = the_provider(session)
    assert "callbackSecret" not in found.config
    assert found.config["apiKey"].startswith(SEALED)


def test_C11_a_key_that_came_in_clear_is_sealed_by_the_next_saving(
    session: Session, admin: FlaskClient
) -> None:
    clear = {key: value for key, value in KOTANI.items() if key != "name"}
    found = add_provider(session, "From Rahat", "KOTANI_PAY", config={**clear, "extra": "kept"})
    session.commit()
    assert KEY not in admin.get(f"{LIST}/{found.uuid}/edit").text
    assert edited(admin, found, name="Ours")[0] == 303
    found = the_provider(session)
    assert found.config["apiKey"].startswith(SEALED)
    assert found.config["extra"] == "kept"
    assert open_adapter(found, current_app.config).takes_a_reference_once


def test_C11_a_key_that_came_in_clear_is_sealed_by_the_worker_before_long(session: Session) -> None:
    clear = {key: value for key, value in KOTANI.items() if key != "name"}
    found = add_provider(session, "From Rahat", "KOTANI_PAY", config={**clear, "extra": "kept"})
    add_provider(session, "Sandbox", config={"apiKey": "no secret of this kind"})
    session.commit()
    assert [seal_clear(session, current_app.config) for _time in range(2)] == [1, 0]
    session.commit()
    session.refresh(found)
    assert found.config["apiKey"].startswith(SEALED)
    assert {key: found.config[key] for key in ("baseUrl", "extra")} == {
        "baseUrl": KOTANI["baseUrl"],
        "extra": "kept",
    }
    assert open_adapter(found, current_app.config).takes_a_reference_once


def test_a_secret_that_is_needed_is_asked_for_and_what_was_typed_does_not_come_back(
    admin: FlaskClient,
) -> None:
    answer = admin.post(f"{LIST}/new/kotani-pay", data={**KOTANI, "apiKey": ""})
    assert answer.status_code == 422
    assert "Fill this in" in error_at(answer.text, "apiKey")
    assert SECRET not in answer.text
    assert answer.text.count("Type it once more") == 1


def test_what_a_provider_is_told_of_secrets_is_told_to_its_adapter_alone(instance: Path) -> None:
    """A setup does not show its values, wherever it is printed."""
    config: dict[str, Any] = {"PORTAL_INSTANCE": instance, "PORTAL_OFFRAMP_LOOPBACK": "yes"}
    saved = {**KOTANI, "baseUrl": "http://127.0.0.1:9"}
    spoken = adapter_of(uuid4(), "KOTANI_PAY", saved, config)
    assert KEY not in repr(vars(spoken)["_line"])
