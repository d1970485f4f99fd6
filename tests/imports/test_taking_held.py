"""What is held at the last moment: rows that could not be written, since others were quicker."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.imports.models import ImportBatch
from tests.factories import add_beneficiary, add_project
from tests.imports.batches import reasons, row, stage, take
from tests.imports.test_taking import OTHER_PHONE, PHONE, THIRD_PHONE, WALLET, line, people, staged
from tests.imports.test_taking_groups import members

pytestmark = pytest.mark.database


MEANWHILE: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "a phone": ({"phone": PHONE}, line(name="Sita", phone=PHONE), "phone_known"),
    "a wallet": (
        {"wallet_address": WALLET.lower()},
        line(name="Sita", wallet_address=WALLET),
        "wallet_known",
    ),
    "a phone, by somebody deleted": (
        {"phone": PHONE, "deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)},
        line(name="Sita", phone=PHONE),
        "phone_known",
    ),
}


@pytest.mark.parametrize("case", MEANWHILE)
def test_a_row_whose_mark_somebody_got_since_the_check_is_held(session: Session, case: str) -> None:
    known, cells, reason = MEANWHILE[case]
    batch = staged(session, cells, line(name="Asha"))
    add_beneficiary(session, "Quicker", **known)
    assert take(session, batch) == {"added": 1, "updated": 0, "held": 1}
    assert sorted(str(pii.name) for _person, pii in people(session)) == ["Asha", "Quicker"]
    assert reasons(session, batch, 2) == [reason]
    held = row(session, batch, 2)
    assert (held.verdict, held.take) == ("DUPLICATE", False)
    counts: Any = session.get_one(ImportBatch, batch).counts
    assert (counts["NEW"]["rows"], counts["DUPLICATE"]["rows"], counts["taken"]["held"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("phone", "phone_known"),
        ("wallet", "wallet_known"),
        ("deleted", "person_deleted"),
        ("gone", "person_gone"),
        ("twin", "person_in_file"),
    ],
)
def test_an_update_that_cannot_be_written_any_more_is_held(session: Session, case: str, reason: str) -> None:
    known = add_beneficiary(session, "Sita", THIRD_PHONE)
    cells = [str(known.uuid), "Sita", OTHER_PHONE, WALLET]
    batch = stage(
        session,
        [["uuid", "name", "phone", "wallet address"], cells, ["", "Asha", "", ""]],
        group_name="Round 1",
        project=add_project(session, "Relief").uuid,
    )
    number = 2
    if case == "phone":
        add_beneficiary(session, "Quicker", OTHER_PHONE)
    elif case == "wallet":
        add_beneficiary(session, "Quicker", wallet_address=WALLET)
    elif case == "deleted":
        known.deleted_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    elif case == "gone":
        session.execute(text("DELETE FROM tbl_beneficiaries_pii"))
        session.execute(text("DELETE FROM tbl_beneficiaries"))
    else:
        number = 3
        session.execute(
            text(
                "UPDATE tbl_temp_beneficiaries SET verdict = 'UPDATE', take = true, \"matchId\" = :known"
                ' WHERE "rowNumber" = 3'
            ),
            {"known": known.uuid},
        )
    session.commit()
    taken = take(session, batch)
    assert taken["held"] == 1
    assert reasons(session, batch, number) == [reason]
    assert len(members(session, "Round 1")) == 1
