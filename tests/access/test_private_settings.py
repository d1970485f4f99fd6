"""A private setting is on no page of a manager, whose role reads more than any but the administrator's."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.enums import SettingDataType
from portal.settings.models import Setting
from tests.access.asking import ask, routes
from tests.access.world import World

pytestmark = pytest.mark.database

CANARY = "zebu-quagga-okapi"


def test_C11_no_page_shows_a_private_setting_to_who_is_no_administrator(
    app: Flask, session: Session, world: World
) -> None:
    session.add(Setting(name="KEPT_PRIVATE", value=CANARY, data_type=SettingDataType.STRING, is_private=True))
    session.commit()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.record_id == "KEPT_PRIVATE")).one()
    assert CANARY not in f"{entry.before}{entry.after}"
    shown, opened = [], 0
    for (method, _endpoint), rules in sorted(routes(app).items()):
        for rule in rules if method == "GET" else ():
            answer = ask(app, world, method, rule, "manager", world.values(rule, "manager"))
            opened += answer.status_code == 200
            if CANARY in answer.text:
                shown.append(str(rule))
    assert not shown, "\n".join(shown)
    assert opened > 100
