"""Wallet addresses for who brings none: children of one HD account, each given out once.

The account's words stand sealed in the private setting WALLET_SEED, its public half in WALLET_XPUB. Addresses
are derived ahead of need into tbl_wallet_pool; the sequence wallet_index_seq says which one is next, so two
transactions never get the same, and one that is rolled back only leaves a gap.

A whole set is given its addresses in the statement that inserts it, after `ensure_pool(session, count)`:

    WITH chosen AS MATERIALIZED (
        SELECT r.*, CASE WHEN r.wallet IS NULL THEN nextval('wallet_index_seq') END AS wallet_index FROM … r
    )
    SELECT CASE WHEN c.wallet_index IS NULL THEN c.wallet ELSE p.address END AS wallet
    FROM chosen c LEFT JOIN tbl_wallet_pool p ON p.index = c.wallet_index

The number must be drawn and the pool be read by one and the same statement: once a number is drawn, its row
may be deleted. A pool that does not reach gives null, which the table refuses.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.copying import driver_connection
from portal.core.enums import SettingDataType
from portal.core.places import instance_directory
from portal.core.secrets import seal
from portal.core.wallets import Account, new_words
from portal.jobs.progress import Progress
from portal.jobs.tasks import every
from portal.settings.models import Setting

SEED, XPUB = "WALLET_SEED", "WALLET_XPUB"
AHEAD = 120_000
"""How many addresses lie ready, unless `PORTAL_WALLET_POOL` says another number."""

SPARE = 1_000
"""What a set finds beyond its need, for single people who are registered meanwhile."""

CHUNK = 2_000
"""Addresses derived at a time; a tenth of a second."""

LOCK = func.hashtext("wallet pool")
WAIT = "600s"
"""How long one large set waits for another to be committed."""

NEXT = text("SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM wallet_index_seq")
HIGHEST = text("SELECT max(index) FROM tbl_wallet_pool")
CLAIM_ONE = text(
    """
    WITH drawn AS MATERIALIZED (SELECT nextval('wallet_index_seq') AS index)
    SELECT drawn.index, pool.address FROM drawn LEFT JOIN tbl_wallet_pool pool ON pool.index = drawn.index
    """
)
FORGET_CLAIMED = text(
    """
    DELETE FROM tbl_wallet_pool WHERE index IN (
        SELECT index FROM tbl_wallet_pool WHERE index < :next ORDER BY index LIMIT :most)
    """
)


def account(session: Session) -> Account:
    """The account that addresses come from; made, and its words sealed, when it is first needed."""
    found = _xpub(session)
    if found is None:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("wallet account"))))
        found = _xpub(session)
    return Account.from_xpub(found) if found is not None else _new_account(session)


def claim_one(session: Session) -> str:
    """The next free address. Derived on the spot where the pool has run dry."""
    index, address = session.execute(CLAIM_ONE).one()
    return address if address is not None else account(session).address(index)


def fill_pool(session: Session, ahead: int, most: int | None = None, progress: Progress | None = None) -> int:
    """Derive addresses until `ahead` unclaimed ones lie ready, or `most` of them; how many were derived.

    The caller holds the pool's lock.
    """
    following: int = session.scalars(NEXT).one()
    highest: int | None = session.scalar(HIGHEST)
    first = following if highest is None else max(following, highest + 1)
    missing = max(0, following + ahead - first)
    count = missing if most is None else min(missing, most)
    if count:
        _derive(session, account(session), first, count, progress)
    return count


def ensure_pool(session: Session, needed: int, progress: Progress | None = None) -> int:
    """Have `needed` addresses ready for a set that this transaction claims; how many had to be derived.

    Until the commit no other set claims any, so the set's own statement finds them all.
    """
    if needed <= 0:
        return 0
    usual = session.scalars(text("SELECT current_setting('lock_timeout')")).one()
    _wait_for_locks(session, WAIT)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    _wait_for_locks(session, usual)
    return fill_pool(session, needed + SPARE, progress=progress)


@every(1.0, "wallets.pool")
def top_up_pool(session: Session, config: Mapping[str, Any]) -> None:
    """Derive a few addresses where too few lie ready, and forget some that were given out."""
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return
    fill_pool(session, int(config.get("PORTAL_WALLET_POOL", AHEAD)), most=CHUNK)
    session.execute(FORGET_CLAIMED, {"next": session.scalars(NEXT).one(), "most": CHUNK})


def _xpub(session: Session) -> str | None:
    return session.scalar(select(Setting.value).where(Setting.name == XPUB))


def _new_account(session: Session) -> Account:
    words = new_words()
    made = Account.from_words(words)
    settings = [(SEED, seal(instance_directory(), words)), (XPUB, made.xpub())]
    session.execute(
        insert(Setting),
        [
            {
                "name": name,
                "value": value,
                "data_type": SettingDataType.STRING,
                "is_private": True,
                "is_read_only": True,
            }
            for name, value in settings
        ],
    )
    return made


def _derive(session: Session, source: Account, first: int, count: int, progress: Progress | None) -> None:
    """Put `count` addresses from number `first` on into the pool, in chunks."""
    for start in range(first, first + count, CHUNK):
        addresses = source.addresses(start, min(CHUNK, first + count - start))
        lines = "".join(f"{number}\t{address}\n" for number, address in enumerate(addresses, start))
        with (
            driver_connection(session).cursor() as cursor,
            cursor.copy("COPY tbl_wallet_pool (index, address) FROM STDIN") as copy,
        ):
            copy.write(lines)
        if progress is not None:
            progress.advance(min(start + CHUNK, first + count) - first, count)


def _wait_for_locks(session: Session, time: str) -> None:
    session.execute(select(func.set_config("lock_timeout", time, True)))
