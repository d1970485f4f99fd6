"""Two hundred requests through a provider that goes wrong at random, while workers and the database are killed: each is
paid exactly once by the provider's own book, and none is left behind."""

import atexit
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.cli.upgrade import bring_up_to_date
from portal.core.db import db
from portal.core.embedded import Server
from tests.conftest import FORGETFUL, MEMORY, make_app
from tests.jobs.conftest import Desk
from tests.offramp.kotani_process import KotaniProcess, running_kotani
from tests.offramp.requests import CHAIN, SENDER, TOKEN, Ground, make_ground

pytestmark = pytest.mark.database

REQUESTS, SEED, KILLS = 200, 20261123, 5
HANDS = {"PORTAL_OFFRAMP_LOOPBACK": "yes", "PORTAL_OFFRAMP_SECONDS": "1"} | {
    "PORTAL_OFFRAMP_HANDS": "8",
    "PORTAL_OFFRAMP_LEASE": "6",
    "PORTAL_OFFRAMP_PAUSE": "0.3",
}
PATIENCE = 150
"""Seconds after which something that should come to an end counts as stuck."""

MAKE = """
WITH made AS (
    INSERT INTO tbl_offramps ("projectId", "providerId", chain, token, amount, "senderAddress", currency, "requestId",
        "receiverNetwork", "receiverPhone", "receiverName", "createdBy")
    SELECT :project, :provider, :chain, :token, n, :sender, 'KES', 'theirs-' || n, 'MPESA',
        '+25471' || to_char(n, 'FM0000000'), 'Receiver ' || n, :by
    FROM generate_series(1, :number) n RETURNING uuid, "requestId", chain, token
), moved AS (
    INSERT INTO tbl_offramp_transactions ("requestId", "txHash", chain, token)
    SELECT "requestId", '0x' || encode(sha256(convert_to("requestId", 'UTF8')), 'hex'), chain, token FROM made
)
INSERT INTO tbl_offramp_work ("offrampId") SELECT uuid FROM made
"""
OVER = "SELECT count(*) = %s FROM tbl_offramps WHERE status IN ('COMPLETED', 'FAILED')"
AGAIN = """
WITH again AS (UPDATE tbl_offramps SET status = 'PENDING' WHERE status = 'FAILED' RETURNING uuid)
INSERT INTO tbl_offramp_work ("offrampId") SELECT uuid FROM again
"""
OURS = """SELECT a."referenceId", a.state, o."receiverPhone", trim_scale(o.amount)::text, o.uuid::text
FROM tbl_offramp_attempts a JOIN tbl_offramps o ON o.uuid = a."offrampId" """


@pytest.fixture
def kotani() -> Iterator[KotaniProcess]:
    with running_kotani() as process:
        yield process


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[Desk, Path]]:
    """A database on a server of its own, embedded as an installation has it, that may be killed."""
    place = MEMORY / f"portal-tests-{uuid4().hex[:8]}"
    server = Server(place / "pg", {**FORGETFUL, "synchronous_commit": "on"})
    app = make_app(server.ensure())
    with app.app_context():
        bring_up_to_date()
    app.extensions["portal_pool"].close()
    desk = Desk(server.url(), tmp_path / "worker.log")
    yield desk, place / "pg"
    desk.close()
    server.release()
    atexit.unregister(server.release)
    shutil.rmtree(place, ignore_errors=True)


def begin(desk: Desk, kotani: KotaniProcess) -> None:
    """Two hundred requests that wait to be sent, for a provider that often goes wrong."""
    kotani.rule(seed=SEED, share=0.15, failures=0.15, delay=[0.05, 1.5], hang=1.5)
    with desk.app.app_context():
        session: Session = db.session()
        ground: Ground = make_ground(session)
        ground.provider.adapter, ground.provider.config = "KOTANI_PAY", kotani.settings
        told = {
            "project": ground.project.uuid,
            "provider": ground.provider.uuid,
            "chain": CHAIN,
            "token": TOKEN,
            "sender": SENDER,
            "by": ground.maker.id,
            "number": REQUESTS,
        }
        session.execute(text(MAKE), told)
        session.commit()


def carry_callbacks(desk: Desk, kotani: KotaniProcess, address: str) -> None:
    """Bring the fake's callbacks to the portal's door, as the network would: some come while the database is away."""
    client = desk.app.test_client()
    for body, headers in kotani.callbacks():
        with suppress(psycopg.Error):
            client.post(address, data=body, headers=dict(headers))


def kill_database(folder: Path) -> None:
    psutil.Process(int((folder / "postmaster.pid").read_text().split()[0])).kill()


def test_G4_E7_F1_two_hundred_under_faults_and_kills_are_each_paid_once_and_the_log_names_nobody(
    own_server: tuple[Desk, Path], kotani: KotaniProcess
) -> None:
    desk, folder = own_server
    begin(desk, kotani)
    address = f"/offramps/callbacks/{desk.ask('SELECT uuid FROM tbl_offramp_providers')[0][0]}"
    chance = random.Random(SEED)
    environment = {**HANDS, "PORTAL_INSTANCE": str(folder.parent)}
    worker = desk.start_worker(**environment)
    for kill in range(KILLS):
        time.sleep(chance.uniform(1, 3))
        carry_callbacks(desk, kotani, address)
        if kill % 3 == 2:
            desk.wait_until("SELECT true")
            kill_database(folder)
        else:
            worker.kill()
            worker.wait()
            worker = desk.start_worker(**environment)
    retried = finish(desk, kotani, address)
    check_books(desk, kotani)
    assert retried > 0, "no payment failed, so the test has shown less than it should"
    assert "database_gone" in desk.log(), (
        "no worker missed the database, so the test has shown less than it should"
    )
    assert "+2547" not in desk.log()
    assert "Receiver " not in desk.log()


def finish(desk: Desk, kotani: KotaniProcess, address: str) -> int:
    """Let everything come to its end, and try again what failed until it is paid; how many were tried again."""
    until, retried = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until:
        with suppress(psycopg.OperationalError):
            carry_callbacks(desk, kotani, address)
            if desk.ask(OVER, REQUESTS)[0][0]:
                failed = desk.ask("SELECT count(*) FROM tbl_offramps WHERE status = 'FAILED'")[0][0]
                if not failed:
                    return retried
                retried += failed
                desk.ask(AGAIN)
        time.sleep(0.3)
    left = desk.ask("SELECT status, count(*) FROM tbl_offramps GROUP BY 1")
    raise AssertionError(f"stuck: {left}\n{desk.log()[-5000:]}")


def check_books(desk: Desk, kotani: KotaniProcess) -> None:
    """The fake's book, our tries, the requests and what the provider did for them agree to the last one."""
    book = {line["reference"]: line for line in kotani.book()}
    ours = {row[0]: row for row in desk.ask(OURS)}
    assert set(book) <= set(ours), "a reference that we never stored"
    paid = Counter(line["phone"] for line in book.values() if line["status"] == "SUCCESSFUL")
    assert len(paid) == REQUESTS
    assert set(paid.values()) == {1}, json.dumps([phone for phone, times in paid.items() if times > 1])
    for reference, (_, state, phone, amount, _uuid) in ours.items():
        told = book.get(reference)
        assert state in {"COMPLETED", "FAILED"}
        assert (told["status"] if told else "FAILED") == {"COMPLETED": "SUCCESSFUL"}.get(state, state)
        if told:
            assert (told["phone"], told["amount"]) == (phone, amount)
    assert desk.ask("SELECT status, count(*) FROM tbl_offramp_transactions GROUP BY 1") == [
        ("COMPLETED", REQUESTS)
    ]
    sums = desk.ask("SELECT status::text, number, amount FROM tbl_offramp_sums WHERE number <> 0")
    assert sums == [("COMPLETED", REQUESTS, REQUESTS * (REQUESTS + 1) // 2)]
    assert desk.ask("SELECT count(*) FROM tbl_offramp_work") == [(0,)]
    assert desk.ask("SELECT count(*) FROM tbl_offramp_attention WHERE kind = 'CONFLICT'") == [(0,)]
