"""Sending one message; and, again and again, looking after those that were left and forgetting those that are done."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.errors import Refusal, sentence
from portal.core.places import instance_directory
from portal.core.secrets import SealBroken, open_sealed
from portal.jobs.lost import is_passing
from portal.jobs.tasks import Progress, every, work
from portal.messages.client.gateways import gateways_of, is_demo
from portal.messages.client.parcels import NotTaken, Parcel
from portal.messages.operations import sending, upkeep
from portal.messages.operations.outbox import SEND

log = structlog.get_logger()

KEEP_DAYS = 30
"""Days for which addresses are kept, unless `PORTAL_MESSAGE_DAYS` says another number."""

SHOWN_FOR = dt.timedelta(hours=1)
"""How long the demo shows a message."""

DATABASE_PATIENCE = 60
"""Seconds to wait for the database before it stays unwritten that a message went out."""

UNREADABLE = sentence("The words of this message were sealed with another key, so nobody can read them.")


@work(SEND, _l("Sending a message"))
def send_message(progress: Progress, message: str) -> None:
    """Make one attempt. What comes of it is committed before the job ends: begun anew, the job sends nothing twice."""
    uuid, job = UUID(message), progress.job
    if job is None:
        raise TypeError("a message is sent by a job, which it names")
    gateways = gateways_of(current_app.config)
    session = db.session()
    claimed = sending.claim(session, uuid, job)
    if claimed is None:
        return
    if claimed.kind not in gateways.kinds:
        session.rollback()  # it goes on waiting, as if nobody had tried
        raise Refusal(gateways.missing[claimed.kind])
    session.commit()
    if claimed.stale:
        _write(lambda: sending.note_stale(session, uuid, job))
        raise Refusal(sending.STALE)
    try:
        body = open_sealed(instance_directory(), claimed.sealed)
        gateways.hand_over(claimed.kind, Parcel(uuid, claimed.to, claimed.subject, body))
    except SealBroken:
        _write(lambda: sending.note_failure(session, uuid, job, UNREADABLE, permanent=True))
        raise Refusal(UNREADABLE) from None
    except NotTaken as no:
        why, code, permanent = no.message, no.code, no.permanent
        log.warning("message_not_taken", kind=claimed.kind, code=code, permanent=permanent)
        _write(lambda: sending.note_failure(session, uuid, job, why, code, permanent=permanent))
        raise Refusal(why) from None
    _write(lambda: sending.note_sent(session, uuid, job, keep_body=gateways.demo))


def _write(ending: Callable[[], None]) -> None:
    """Write how an attempt ended, and wait for a database that is away: what is forgotten now is sent again."""
    until = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            ending()
            db.session.commit()
            return
        except Exception as error:
            db.session.rollback()
            if not is_passing(error) or time.monotonic() > until:
                raise
            time.sleep(0.5)


@every(5, "messages.due")
def send_due(session: Session, config: Mapping[str, Any]) -> None:
    """Begin again what was interrupted, and what waits for its next attempt."""
    upkeep.settle_left(session)
    upkeep.begin_due(session, gateways_of(config).kinds)


@every(60, "messages.forget")
def forget_messages(session: Session, config: Mapping[str, Any]) -> None:
    """Forget the words of messages that were sent, and after a month, or `PORTAL_MESSAGE_DAYS`, their addresses."""
    days = dt.timedelta(days=float(config.get("PORTAL_MESSAGE_DAYS", KEEP_DAYS)))
    upkeep.forget(session, days, SHOWN_FOR if is_demo(config) else dt.timedelta(0))
