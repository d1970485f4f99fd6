"""A worker that is killed while the mail server has the message in its hands."""

import os
import signal
import subprocess
import sys
import time
from email import message_from_bytes
from pathlib import Path

from tests.conftest import SECRET
from tests.messages.post import Desk


def start_worker(desk: Desk, log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": desk.app.config["SQLALCHEMY_DATABASE_URI"],
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_JOB_SILENCE": "6",
        "PORTAL_WALLET_POOL": "0",
        **{name: str(desk.app.config[name]) for name in ("PORTAL_SMTP_URL", "PORTAL_MAIL_FROM")},
    }
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "worker"], env=environment, stdout=out, stderr=out
        )


def test_a_worker_killed_in_the_middle_leaves_the_message_to_the_next_one(desk: Desk, tmp_path: Path) -> None:
    """It comes a second time, under the same name; what it says and to whom is in no line of the log."""
    log = tmp_path / "worker.log"
    first = start_worker(desk, log)
    desk.mailbox.before_answer = lambda: os.kill(first.pid, signal.SIGKILL)
    uuid = desk.write()
    assert desk.mailbox.reached.wait(60), log.read_text()
    assert first.wait(30) == -signal.SIGKILL
    assert desk.state(uuid) == "SENDING"
    desk.mailbox.before_answer = lambda: None
    second = start_worker(desk, log)
    try:
        until = time.monotonic() + 60
        while desk.state(uuid) != "SENT":
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        third = desk.write(subject="Another")
        while desk.state(third) != "SENT":
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
    finally:
        second.terminate()
        second.wait(30)
    names = [message_from_bytes(mail.original_content or b"")["Message-ID"] for mail in desk.mailbox.mails]
    assert names[:2] == [f"<{uuid}@portal.example>"] * 2
    assert len(names) == 3
    assert desk.message(uuid)["attempts"] == 2
    said = log.read_text()
    assert "job_begun" in said
    assert not any(word in said for word in ("sita", "Sita", "482913"))
