"""Looking after requests: each is taken by one worker, asked about at its provider, and left for later or for good.

No transaction is open while a provider is asked. What it is asked for was committed before, what it answered is
committed after; whoever dies in between leaves a request that another worker takes up when its lease has run out.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from portal.jobs.lost import is_passing
from portal.offramp.client.adapter import Adapter, Order, ProviderFault, Report, Wanted
from portal.offramp.client.registry import open_adapter
from portal.offramp.operations import checking, opening, sending, stepping, working
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.health import note_health
from portal.offramp.queries.provider import provider_of

log = structlog.get_logger()
Answer = TypeVar("Answer")

DATABASE_PATIENCE = 60
"""Seconds to wait for the database before it stays unwritten what a provider answered; then it is asked again."""


@dataclass(frozen=True)
class Pace:
    """How long a request is kept by who took it, and the shortest pause before it is asked about again."""

    lease: dt.timedelta = working.LEASE
    first: dt.timedelta = working.FIRST

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Pace":
        """As `PORTAL_OFFRAMP_LEASE` and `PORTAL_OFFRAMP_PAUSE` say, both in seconds."""
        usual = max(working.LEASE.total_seconds(), 2 * float(config.get("PORTAL_OFFRAMP_SECONDS", 0)) + 5)
        lease = config.get("PORTAL_OFFRAMP_LEASE", usual)
        first = config.get("PORTAL_OFFRAMP_PAUSE", working.FIRST.total_seconds())
        return cls(dt.timedelta(seconds=float(lease)), dt.timedelta(seconds=float(first)))


@dataclass
class Look:
    """One look after one request. `until` is the time (monotonic) after which nothing is ordered any more, since
    another worker may have taken it."""

    session: Session
    uuid: UUID
    provider: UUID
    adapter: Adapter
    pace: Pace
    until: float = 0.0
    quoted: bool = False

    def go_on(self) -> bool:
        """Ask the provider for what is next; whether there may be more to ask."""
        step = stepping.next_step(self.session, self.uuid, quoted=self.quoted, first=self.pace.first)
        match step:
            case stepping.AskQuote(wanted):
                return self._quote(wanted)
            case stepping.Open(wanted, key):
                return self._open(wanted, key)
            case stepping.Send():
                attempt, order = sending.begin_try(self.session, self.uuid)
                self._keep()
                return self._give(attempt, order, again=False)
            case stepping.Check(attempt, reference):
                return self._check(attempt, reference)
        self.session.commit()
        return False

    def _keep(self) -> None:
        """Commit, and have the request for long enough to ask something."""
        working.keep(self.session, self.uuid, self.pace.lease)
        self.session.commit()
        self.until = time.monotonic() + self.pace.lease.total_seconds() / 2

    def _quote(self, wanted: Wanted) -> bool:
        self._keep()
        self.quoted = True
        quote, fault = _ask(lambda: self.adapter.quote(wanted))
        if fault is not None:
            return self._not_opened(fault)
        if quote is not None:
            self._write(lambda: opening.note_quote(self.session, self.uuid, quote), None)
        return True

    def _open(self, wanted: Any, key: str) -> bool:
        self._keep()
        opened, fault = _ask(lambda: self.adapter.request(wanted, key))
        if opened is None:
            return self._not_opened(fault)
        self._write(lambda: opening.note_opened(self.session, self.uuid, opened), None)
        return True

    def _not_opened(self, fault: ProviderFault | None) -> bool:
        def note() -> None:
            if fault is not None and opening.note_not_opened(self.session, self.uuid, fault):
                stepping.schedule(self.session, self.uuid, self.pace.first)

        self._write(note, fault)
        return False

    def _give(self, attempt: int, order: Order, *, again: bool) -> bool:
        if time.monotonic() > self.until:
            return False
        report, fault = _ask(lambda: self.adapter.execute(order))
        once = self.adapter.takes_a_reference_once

        def note() -> None:
            if report is not None:
                sending.note_answer(self.session, attempt, report)
            elif fault is not None:
                sending.note_no_answer(self.session, attempt, fault, again=again, takes_once=once)
            stepping.schedule(self.session, self.uuid, self.pace.first, anew=report is not None or not again)

        self._write(note, fault)
        return False

    def _check(self, attempt: int, reference: str) -> bool:
        checking.begin_check(self.session, attempt)
        if not self.adapter.speaks:
            working.rest(self.session, self.uuid)
            self.session.commit()
            return False
        self._keep()
        report, fault = _ask(lambda: self.adapter.status(reference))
        if report is not None and report.status is None:
            return self._unknown_there(attempt, report)

        def note() -> None:
            if report is not None:
                checking.note_status(self.session, attempt, report)
            elif fault is not None:
                checking.note_not_checked(self.session, attempt, fault)
            stepping.schedule(self.session, self.uuid, self.pace.first)

        self._write(note, fault)
        return False

    def _unknown_there(self, attempt: int, report: Report) -> bool:
        """The provider knows no such reference: the same order is given again under it, where that is safe."""
        orders: list[Order | None] = []

        def note() -> None:
            orders.clear()
            checking.note_status(self.session, attempt, report)
            if self.adapter.takes_a_reference_once:
                orders.append(sending.give_again(self.session, attempt))
            else:
                facts = {"known": False}
                raise_attention(self.session, "STUCK", provider=self.provider, offramp=self.uuid, facts=facts)
            if not any(orders):
                stepping.schedule(self.session, self.uuid, self.pace.first)

        self._write(note, None)
        order = orders[0] if orders else None
        if order is None:
            return False
        self._keep()
        return self._give(attempt, order, again=True)

    def _write(self, note: Callable[[], None], fault: ProviderFault | None) -> None:
        def both() -> None:
            note()
            note_health(self.session, self.provider, fault)

        patiently(self.session, both)


def look_after(session: Session, config: Mapping[str, Any], uuid: UUID, pace: Pace | None = None) -> None:
    """Do for a request what can be done for it now; commits. It must be taken before, by `working.claim`."""
    pace = pace or Pace.of(config)
    provider = session.scalar(provider_of(uuid))
    if provider is None:
        working.rest(session, uuid)
        session.commit()
        return
    try:
        adapter = open_adapter(provider, config)
    except ProviderFault as fault:
        told = fault

        def note() -> None:
            stepping.schedule(session, uuid, pace.first)
            note_health(session, provider.uuid, told)

        patiently(session, note)
        return
    look = Look(session, uuid, provider.uuid, adapter, pace)
    while look.go_on():
        pass


def _ask(question: Callable[[], Answer]) -> tuple[Answer | None, ProviderFault | None]:
    """The provider's answer, or why there is none."""
    try:
        return question(), None
    except ProviderFault as fault:
        return None, fault


def patiently(session: Session, note: Callable[[], None]) -> None:
    """Write something down and commit, and wait for a database that is away."""
    until = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            note()
            session.commit()
            return
        except Exception as error:
            session.rollback()
            if not is_passing(error) or time.monotonic() > until:
                raise
            time.sleep(0.5)
