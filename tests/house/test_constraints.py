"""What the database refuses by itself, and that it makes up the rest: plain SQL is enough to add a row."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.house.documents import DOCS, read_seed

MINIMAL = {
    "tbl_users": "INSERT INTO tbl_users DEFAULT VALUES",
    "tbl_auth_roles": "INSERT INTO tbl_auth_roles (name) VALUES ('Reader')",
    "tbl_auth_permissions": 'INSERT INTO tbl_auth_permissions ("roleId", action, subject)'
    " SELECT id, 'read', 'all' FROM tbl_auth_roles LIMIT 1",
    "tbl_users_roles": 'INSERT INTO tbl_users_roles ("userId", "roleId")'
    " SELECT max(u.id), max(r.id) FROM tbl_users u, tbl_auth_roles r",
    "tbl_auth": 'INSERT INTO tbl_auth ("userId", service, "serviceId")'
    " SELECT max(id), 'EMAIL', 'plain@example.org' FROM tbl_users",
    "tbl_auth_sessions": 'INSERT INTO tbl_auth_sessions ("clientId", "authId")'
    " SELECT 'web', max(id) FROM tbl_auth",
    "tbl_users_signups": "INSERT INTO tbl_users_signups DEFAULT VALUES",
    "tbl_settings": "INSERT INTO tbl_settings (name, value, \"dataType\") VALUES ('PLAIN', '1', 'NUMBER')",
    "tbl_auth_apps": "INSERT INTO tbl_auth_apps (address, name) VALUES ('0xplain', 'Tool')",
    "tbl_projects": "INSERT INTO tbl_projects (name, type) VALUES ('Plain', 'CASH')",
    "tbl_tokens": 'INSERT INTO tbl_tokens (name, symbol, decimals, "initialSupply", "fromBlock",'
    " \"contractAddress\", type) VALUES ('Plain', 'PLN', 18, 2::numeric ^ 256 - 1, 5000000000, '0xp', 'CREATED')",
    "tbl_beneficiaries": "INSERT INTO tbl_beneficiaries (\"walletAddress\") VALUES ('0xPlain')",
    "tbl_beneficiaries_pii": 'INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", phone)'
    " SELECT max(id), '+9779800000000' FROM tbl_beneficiaries",
    "tbl_beneficiaries_group": "INSERT INTO tbl_beneficiaries_group (name) VALUES ('Plain')",
    "tbl_grouped_beneficiaries": 'INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId")'
    " SELECT g.uuid, b.uuid FROM tbl_beneficiaries_group g, tbl_beneficiaries b LIMIT 1",
    "tbl_beneficiaries_projects": 'INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId")'
    " SELECT p.uuid, b.uuid FROM tbl_projects p, tbl_beneficiaries b LIMIT 1",
    "tbl_beneficiaries_gorup_projects": "INSERT INTO tbl_beneficiaries_gorup_projects"
    ' ("projectId", "beneficiaryGroupId") SELECT p.uuid, g.uuid FROM tbl_projects p, tbl_beneficiaries_group g LIMIT 1',
    "tbl_vendors": "INSERT INTO tbl_vendors (uuid, name) SELECT uuid, 'Shop' FROM tbl_users ORDER BY id DESC LIMIT 1",
    "tbl_projects_vendors": 'INSERT INTO tbl_projects_vendors ("projectId", "vendorId")'
    " SELECT p.uuid, v.uuid FROM tbl_projects p, tbl_vendors v LIMIT 1",
    "tbl_transactions": 'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)'
    " SELECT p.uuid, b.uuid, v.uuid, 0.1, 'NPR' FROM tbl_projects p, tbl_beneficiaries b, tbl_vendors v LIMIT 1",
    "tbl_grievances": 'INSERT INTO tbl_grievances ("reportedBy", "reporterUserId", "reporterContact", title, type,'
    " \"projectId\", description) SELECT 'Asha', u.id, 'none', 'Late', 'OTHER', p.uuid, ''"
    " FROM tbl_users u, tbl_projects p LIMIT 1",
    "tbl_offramp_providers": "INSERT INTO tbl_offramp_providers (name, config) VALUES ('Plain', '{}')",
    "tbl_offramps": 'INSERT INTO tbl_offramps (chain, token, "senderAddress", amount, "requestId")'
    " VALUES ('celo', 'CUSD', '0x', 5, 'plain-1')",
    "tbl_offramp_transactions": 'INSERT INTO tbl_offramp_transactions ("requestId", "txHash")'
    " VALUES ('plain-1', '0x1')",
    "tbl_temp_beneficiaries": 'INSERT INTO tbl_temp_beneficiaries ("firstName", "lastName", "walletAddress")'
    " VALUES ('Asha', 'K.C.', '')",
    "tbl_temp_group": "INSERT INTO tbl_temp_group (name) VALUES ('Plain')",
    "tbl_temp_beneficiary_group": 'INSERT INTO tbl_temp_beneficiary_group ("tempGroupUID", "tempBenefUID")'
    " SELECT g.uuid, b.uuid FROM tbl_temp_group g, tbl_temp_beneficiaries b LIMIT 1",
    "tbl_kobo_beneficiaries": "INSERT INTO tbl_kobo_beneficiaries (name, type, phone) VALUES ('Asha', 'LEAD', '1')",
    "tbl_stats": "INSERT INTO tbl_stats (name, data) VALUES ('PLAIN', '{}')",
}
"""The least that adds a row to each table, in an order in which each finds what it refers to."""

REFUSED = {
    "a person of 151": ("tbl_beneficiaries", "age = 151", "ck_tbl_beneficiaries_age"),
    "a person of -1": ("tbl_beneficiaries", "age = -1", "ck_tbl_beneficiaries_age"),
    "a place beyond the pole": ("tbl_beneficiaries", "latitude = 90.1", "ck_tbl_beneficiaries_latitude"),
    "a place that is no number": ("tbl_beneficiaries", "latitude = 'NaN'", "ck_tbl_beneficiaries_latitude"),
    "a place off the map": ("tbl_beneficiaries", "longitude = -181", "ck_tbl_beneficiaries_longitude"),
    "a submission by someone of 200": (
        "tbl_kobo_beneficiaries",
        "age = 200",
        "ck_tbl_kobo_beneficiaries_age",
    ),
    "an offramp that pays nothing out": ("tbl_offramps", '"fiatAmount" = 0', "ck_tbl_offramps_figures"),
    "a fee below nothing": ("tbl_offramps", "fee = -1", "ck_tbl_offramps_figures"),
    "a release without a moment": ("tbl_offramps", '"releasedBy" = 1', "ck_tbl_offramps_release"),
    "a hash that is none": (
        "tbl_offramp_transactions",
        "\"txHash\" = 'a b'",
        "ck_tbl_offramp_transactions_txHash",
    ),
    "78 decimals": ("tbl_tokens", "decimals = 78", "ck_tbl_tokens_decimals"),
    "a supply below nothing": ("tbl_tokens", '"initialSupply" = -1', "ck_tbl_tokens_initialSupply"),
    "a supply that is no number": ("tbl_tokens", "\"initialSupply\" = 'NaN'", "ck_tbl_tokens_initialSupply"),
    "a block before the first": ("tbl_tokens", '"fromBlock" = -1', "ck_tbl_tokens_fromBlock"),
    "less than no failed attempts": ("tbl_auth", '"falseAttempts" = -1', "ck_tbl_auth_falseAttempts"),
    "an export of fewer than no rows": (
        "tbl_auth_roles",
        '"exportLimit" = -1',
        "ck_tbl_auth_roles_exportLimit",
    ),
    **{
        f"a limit of a role that is {limit}": (
            "tbl_users_roles",
            f"conditions = '{limit}'",
            "ck_tbl_users_roles_conditions",
        )
        for limit in (
            "null",
            "{}",
            "[]",
            '{"projects": null}',
            '{"projects": []}',
            '{"projects": ["Nowhere"]}',
            '{"projects": [5]}',
            '{"projects": [["00000000-0000-0000-0000-000000000001"]]}',
            '{"projects": ["00000000-0000-0000-0000-000000000001"], "more": 1}',
            '{"projects": ["00000000-0000-0000-0000-000000000001", null]}',
        )
    },
    "an unknown verdict": ("tbl_temp_beneficiaries", "verdict = 'GOOD'", "ck_tbl_temp_beneficiaries_verdict"),
    "an unknown status": ("tbl_transactions", "status = 'PAID'", "invalid input value for enum"),
}

ALLOWED = {
    "a newborn at the south pole": ("tbl_beneficiaries", "age = 0, latitude = -90, longitude = 180"),
    "somebody of 150": ("tbl_beneficiaries", "age = 150"),
    "a token that cannot be split": ("tbl_tokens", 'decimals = 0, "initialSupply" = 0, "fromBlock" = 0'),
    "the finest token": ("tbl_tokens", "decimals = 77"),
    "a role limited to a project": (
        "tbl_users_roles",
        """conditions = '{"projects": ["00000000-0000-0000-0000-00000000000a"]}'""",
    ),
    "a role without a limit": ("tbl_users_roles", "conditions = NULL"),
    "a staged age that is wrong": ("tbl_temp_beneficiaries", "age = 999, latitude = 200"),
}


def add_one_of_each(session: Session) -> None:
    for statement in MINIMAL.values():
        session.execute(text(statement))


def change(session: Session, table: str, assignment: str) -> Any:
    with session.begin_nested():
        return session.execute(text(f"UPDATE {table} SET {assignment}"))


def test_a_plain_insert_is_enough_for_every_table_of_the_seed(session: Session) -> None:
    assert MINIMAL.keys() == read_seed((DOCS / "seed-schema.md").read_text(encoding="utf-8")).tables
    add_one_of_each(session)


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(session: Session, case: str) -> None:
    table, assignment, reason = REFUSED[case]
    add_one_of_each(session)
    with pytest.raises(DBAPIError, match=reason):
        change(session, table, assignment)


@pytest.mark.parametrize("case", ALLOWED)
def test_the_database_allows(session: Session, case: str) -> None:
    table, assignment = ALLOWED[case]
    add_one_of_each(session)
    assert change(session, table, assignment).rowcount == 1


def pay_again(session: Session, amount: str) -> Any:
    """Another payout like the one that is there; what one says of its amount never changes."""
    with session.begin_nested():
        return session.execute(
            text(
                'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)'
                f' SELECT "projectId", "beneficiaryId", "vendorId", {amount}, currency FROM tbl_transactions'
            )
        )


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("0", "ck_tbl_transactions_amount"),
        ("-1", "ck_tbl_transactions_amount"),
        ("'NaN'", "ck_tbl_transactions_amount"),
        ("'Infinity'", "numeric field overflow"),
    ],
)
def test_D11_the_database_refuses_a_payout_of(session: Session, amount: str, reason: str) -> None:
    add_one_of_each(session)
    with pytest.raises(DBAPIError, match=reason):
        pay_again(session, amount)


@pytest.mark.parametrize("amount", ["0.00000001", "99999999999999999999"])
def test_D11_the_database_allows_a_payout_of(session: Session, amount: str) -> None:
    add_one_of_each(session)
    assert pay_again(session, amount).rowcount == 1


def test_D11_a_hundred_thousand_times_ten_cents_is_ten_thousand(session: Session) -> None:
    add_one_of_each(session)
    session.execute(text("SET LOCAL statement_timeout = '120s'"))
    session.execute(
        text(
            'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)'
            ' SELECT "projectId", "beneficiaryId", "vendorId", 0.10, \'SUM\''
            " FROM tbl_transactions, generate_series(1, 100000)"
        )
    )
    total = session.execute(text("SELECT sum(amount)::text FROM tbl_transactions WHERE currency = 'SUM'"))
    assert total.scalar_one() == "10000.00000000"
    kept = session.execute(text("SELECT amount::text FROM tbl_transaction_sums WHERE currency = 'SUM'"))
    assert kept.scalar_one() == "10000.00000000"


def test_D12_a_wallet_is_unique_whatever_the_case_of_its_letters(session: Session) -> None:
    add_one_of_each(session)
    with (
        pytest.raises(DBAPIError, match="uq_tbl_beneficiaries_wallet_folded") as caught,
        session.begin_nested(),
    ):
        session.execute(text("INSERT INTO tbl_beneficiaries (\"walletAddress\") VALUES ('0XPLAIN')"))
    assert isinstance(caught.value.orig, psycopg.errors.UniqueViolation)


def test_a_vendor_must_be_a_user_before_working_in_a_project(session: Session) -> None:
    add_one_of_each(session)
    session.execute(text("INSERT INTO tbl_vendors (name) VALUES ('Nobody''s shop')"))
    with pytest.raises(DBAPIError, match="fk_tbl_projects_vendors_vendorId_user"), session.begin_nested():
        session.execute(
            text(
                'INSERT INTO tbl_projects_vendors ("projectId", "vendorId") SELECT p.uuid, v.uuid'
                " FROM tbl_projects p, tbl_vendors v WHERE v.name = 'Nobody''s shop' LIMIT 1"
            )
        )


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("0", "ck_tbl_offramps_amount"), ("-1", "ck_tbl_offramps_amount"), ("'NaN'", "ck_tbl_offramps_amount")],
)
def test_D11_the_database_refuses_an_offramp_of(session: Session, amount: str, reason: str) -> None:
    with pytest.raises(DBAPIError, match=reason):
        session.execute(
            text(
                'INSERT INTO tbl_offramps (chain, token, "senderAddress", amount)'
                f" VALUES ('celo', 'CUSD', '0x', {amount})"
            )
        )
