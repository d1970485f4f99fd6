"""The wallet service: every person gets an address that nobody else has, and no private key lies about."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from eth_account import Account as EthAccount
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.secrets import open_sealed
from portal.core.wallets import Account, is_checksummed
from portal.jobs.progress import Progress
from portal.settings.models import Setting
from portal.wallets.operations import (
    SPARE,
    account,
    claim_one,
    ensure_pool,
    fill_pool,
    top_up_pool,
)

CLAIM_SET = text(
    """
    WITH chosen AS MATERIALIZED (
        SELECT number, nextval('wallet_index_seq') AS wallet_index FROM generate_series(1, :rows) AS number
    )
    SELECT p.address FROM chosen c LEFT JOIN tbl_wallet_pool p ON p.index = c.wallet_index
    ORDER BY c.number
    """
)
POOL = text("SELECT count(*) FROM tbl_wallet_pool")


@pytest.fixture
def session(session: Session) -> Session:
    """The numbers begin at 0 in each test; what other tests drew would else stay drawn."""
    session.execute(text("ALTER SEQUENCE wallet_index_seq RESTART"))
    return session


def test_the_account_is_made_once_and_its_words_are_sealed(session: Session, instance: Path) -> None:
    made = account(session)
    assert account(session) == made
    seed, xpub = session.get_one(Setting, "WALLET_SEED"), session.get_one(Setting, "WALLET_XPUB")
    words = open_sealed(instance, seed.value)
    assert Account.from_words(words) == made == Account.from_xpub(xpub.value)
    assert words not in seed.value
    assert seed.is_private
    assert seed.is_read_only
    assert xpub.is_private


def test_C11_the_audit_log_does_not_hold_the_sealed_words(session: Session) -> None:
    account(session)
    sealed = session.get_one(Setting, "WALLET_SEED").value
    logged = session.scalars(text("SELECT to_jsonb(a)::text FROM tbl_audit_log a")).all()
    assert any("WALLET_SEED" in entry for entry in logged)
    assert not any(sealed in entry for entry in logged)


def test_addresses_are_the_accounts_children_in_order(session: Session, instance: Path) -> None:
    made = account(session)
    fill_pool(session, 3)
    claimed = [claim_one(session) for _ in range(5)]
    assert claimed == list(made.addresses(0, 5))
    assert all(is_checksummed(address) for address in claimed)
    seed = seed_from_mnemonic(open_sealed(instance, session.get_one(Setting, "WALLET_SEED").value), "")
    assert EthAccount.from_key(key_from_seed(seed, "m/44'/60'/0'/0/4")).address == claimed[4]


def test_the_pool_is_filled_so_far_ahead_and_no_further(session: Session) -> None:
    assert fill_pool(session, 50) == 50
    assert fill_pool(session, 50) == 0
    for _ in range(7):
        claim_one(session)
    assert fill_pool(session, 50) == 7
    assert fill_pool(session, 100, most=20) == 20


def test_a_set_finds_an_address_for_each_of_its_rows_in_one_statement(session: Session) -> None:
    claim_one(session)
    assert ensure_pool(session, 30) == 30 + SPARE
    claimed = session.scalars(CLAIM_SET, {"rows": 30}).all()
    assert claimed == list(account(session).addresses(1, 30))


def test_a_set_that_was_not_ensured_gets_null_and_nothing_that_looks_like_an_address(
    session: Session,
) -> None:
    fill_pool(session, 5)
    claimed = session.scalars(CLAIM_SET, {"rows": 8}).all()
    assert claimed[:5] == list(account(session).addresses(0, 5))
    assert claimed[5:] == [None, None, None]


def test_nothing_is_derived_for_a_set_that_brings_its_own_wallets(session: Session) -> None:
    assert ensure_pool(session, 0) == 0
    assert session.scalar(POOL) == 0


def test_whoever_waits_for_a_large_set_sees_how_far_it_is(session: Session) -> None:
    seen: list[tuple[int, int | None]] = []
    ensure_pool(session, 3_000, Progress(lambda progress: seen.append((progress.done, progress.total))))
    assert seen == [(2_000, 4_000), (4_000, 4_000)]


def test_the_pool_is_topped_up_in_small_pieces_and_forgets_what_was_given_out(session: Session) -> None:
    config = {"PORTAL_WALLET_POOL": 2_500}
    top_up_pool(session, config)
    assert session.scalar(POOL) == 2_000
    top_up_pool(session, config)
    assert session.scalar(POOL) == 2_500
    given = [claim_one(session) for _ in range(10)]
    top_up_pool(session, config)
    assert session.scalar(POOL) == 2_500
    assert not session.scalars(
        text("SELECT address FROM tbl_wallet_pool WHERE address = ANY(:given)"), {"given": given}
    ).all()
    assert claim_one(session) == account(session).address(10)


def test_an_address_taken_in_a_transaction_that_failed_is_not_given_out_again(
    committed_app: Flask,
) -> None:
    with committed_app.app_context():
        fill_pool(db.session(), 5)
        db.session.commit()
        lost = claim_one(db.session())
        db.session.rollback()
        assert claim_one(db.session()) != lost


@pytest.mark.parametrize("ready", [0, 200])
def test_people_registered_at_the_same_time_get_different_addresses(committed_app: Flask, ready: int) -> None:
    def claim_some(_worker: int) -> list[str]:
        with committed_app.app_context():
            claimed = [claim_one(db.session()) for _ in range(20)]
            db.session.commit()
            return claimed

    with committed_app.app_context():
        fill_pool(db.session(), ready)
        db.session.commit()
    with ThreadPoolExecutor(4) as workers:
        claimed = [address for some in workers.map(claim_some, range(4)) for address in some]
    assert len(set(claimed)) == 80


def test_two_large_sets_at_the_same_time_both_find_all_their_addresses(committed_app: Flask) -> None:
    def claim_set(_worker: int) -> list[str]:
        with committed_app.app_context():
            ensure_pool(db.session(), 500)
            claimed = list(db.session.scalars(CLAIM_SET, {"rows": 500}))
            db.session.commit()
            return claimed

    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(claim_set, range(2))
    assert None not in first + second
    assert len(set(first + second)) == 1_000
