"""The log cannot be erased, so no secret and nothing personal ever enters it."""

import pytest
from sqlalchemy.orm import Session

from tests.audit.conftest import CANARY
from tests.audit.reading import entries, run, whole_log


def test_F6_personal_data_never_enters_the_log_whatever_is_done_to_it(session: Session, person: int) -> None:
    run(
        session, "UPDATE tbl_beneficiaries_pii SET name = :name, phone = '+9779800000001'", name=f"{CANARY}-2"
    )
    run(session, "UPDATE tbl_beneficiaries_pii SET name = NULL, email = NULL")
    run(session, "DELETE FROM tbl_beneficiaries_pii")
    came, changed, erased, went = entries(session, "tbl_beneficiaries_pii")
    assert {entry.record_id for entry in (came, changed, erased, went)} == {str(person)}
    assert changed.after == {"name": "(hidden)", "phone": "(hidden)"}
    assert erased.after == {"name": None, "email": None}
    assert (came.after, went.before) == (None, None)
    assert CANARY not in whole_log(session)
    assert "9800000001" not in whole_log(session)


@pytest.fixture(
    params=["tbl_auth", "tbl_auth_sessions", "tbl_settings", "tbl_offramp_providers", "tbl_users_signups"]
)
def secret(request: pytest.FixtureRequest, session: Session) -> tuple[str, str]:
    """A table and its secret column, with the canary in it."""
    run(session, "INSERT INTO tbl_users (name) VALUES ('Asha')")
    run(
        session,
        'INSERT INTO tbl_auth ("userId", service, "serviceId", "passwordHash", challenge)'
        " SELECT max(id), 'EMAIL', 'a@example.org', :canary, :canary FROM tbl_users",
        canary=CANARY,
    )
    statements = {
        "tbl_auth": ("passwordHash", "SELECT CAST(:canary AS text)"),
        "tbl_auth_sessions": (
            "tokenHash",
            'INSERT INTO tbl_auth_sessions ("clientId", "authId", "tokenHash")'
            " SELECT 'web', max(id), convert_to(:canary, 'UTF8') FROM tbl_auth",
        ),
        "tbl_settings": (
            "value",
            'INSERT INTO tbl_settings (name, value, "dataType", "isPrivate")'
            " VALUES ('KEY', to_jsonb(CAST(:canary AS text)), 'STRING', true)",
        ),
        "tbl_offramp_providers": (
            "config",
            "INSERT INTO tbl_offramp_providers (name, config)"
            " VALUES ('P', jsonb_build_object('apiKey', CAST(:canary AS text)))",
        ),
        "tbl_users_signups": (
            "data",
            "INSERT INTO tbl_users_signups (data) VALUES (jsonb_build_object('password', CAST(:canary AS text)))",
        ),
    }
    column, insert = statements[request.param]
    run(session, insert, canary=CANARY)
    return request.param, column


def test_a_secret_is_logged_as_changed_and_never_with_its_value(
    session: Session, secret: tuple[str, str]
) -> None:
    table, column = secret
    run(session, f"""UPDATE {table} SET "{column}" = '"new"'""")
    run(session, f"DELETE FROM {table}")
    came, changed, went = entries(session, table)
    assert came.after[column] == "(hidden)"
    assert (changed.before, changed.after) == ({column: "(hidden)"}, {column: "(hidden)"})
    assert went.before[column] == "(hidden)"
    assert CANARY not in whole_log(session)
    assert "\\x63616e617279" not in whole_log(session), "the canary's bytes"


def test_a_setting_that_is_not_private_is_logged_with_its_value(session: Session) -> None:
    run(session, "INSERT INTO tbl_settings (name, value, \"dataType\") VALUES ('REGION', '\"NP\"', 'STRING')")
    run(session, "UPDATE tbl_settings SET value = '\"BD\"'")
    assert entries(session, "tbl_settings")[-1].after == {"value": "BD"}


@pytest.mark.parametrize("is_private", ["true", "false"])
def test_a_setting_that_is_private_before_or_after_a_change_is_never_told(
    session: Session, is_private: str
) -> None:
    run(
        session,
        'INSERT INTO tbl_settings (name, value, "dataType", "isPrivate")'
        f" VALUES ('KEY', '\"old\"', 'STRING', {is_private})",
    )
    run(session, 'UPDATE tbl_settings SET value = \'"new"\', "isPrivate" = NOT "isPrivate"')
    changed = entries(session, "tbl_settings")[-1]
    assert (changed.before["value"], changed.after["value"]) == ("(hidden)", "(hidden)")


def test_F6_what_tells_who_a_beneficiary_is_does_not_outlive_them_in_the_log(session: Session) -> None:
    told = (
        "location = :canary, notes = :canary, extras = jsonb_build_object('neighbour', CAST(:canary AS text))"
    )
    run(
        session,
        """INSERT INTO tbl_beneficiaries ("walletAddress", location) VALUES ('0xf6', :canary)""",
        canary=CANARY,
    )
    run(session, f"UPDATE tbl_beneficiaries SET {told}, age = 30", canary=CANARY + "-2")
    run(session, "DELETE FROM tbl_beneficiaries")

    came, changed, went = entries(session, "tbl_beneficiaries")

    assert changed.after == {"location": "(hidden)", "notes": "(hidden)", "extras": "(hidden)", "age": 30}
    assert came.after is None
    assert went.before is None
    assert CANARY not in whole_log(session)
