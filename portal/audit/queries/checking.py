"""Whether the log still is what was sealed: each entry is hashed again, and each seal against the one before."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.audit.chain import ENTRY_DIGEST, MARK, NOTHING_BEFORE, Span, marks_of, seal_hash
from portal.audit.models import AuditSeal
from portal.audit.outside import Noted, noted
from portal.audit.queries.seals import Snapshot, highest_id_of, snapshot

_MOST = 2**63 - 1

_ENTRIES = text(
    f"""
    SELECT id, {ENTRY_DIGEST} AS digest FROM tbl_audit_log
    WHERE (txid, id) > (CAST(:txid AS xid8), :id) AND (txid, id) <= (CAST(:last_txid AS xid8), :last_id)
        AND id > :after AND id <= :most
    ORDER BY txid, id
    """  # noqa: S608 - put together from our own constants
)

_BEHIND = text(
    """
    SELECT count(*), count(*) FILTER (WHERE txid >= CAST(:unborn AS xid8)), min(id), max(id)
    FROM tbl_audit_log WHERE (txid, id) > (CAST(:txid AS xid8), :id) AND id > :after AND id <= :most
    """
)

_WORDS = text(
    """
    SELECT coalesce(w."entryId", e.id)
    FROM tbl_audit_words w FULL JOIN (
        SELECT id, details ->> 'proof' AS proof FROM tbl_audit_log WHERE details ? 'proof') e
        ON e.id = w."entryId"
    WHERE w."entryId" IS NULL OR (w."erasedAt" IS NULL
        AND encode(sha256(w.salt || convert_to(w.words, 'UTF8')), 'hex') IS DISTINCT FROM e.proof)
    ORDER BY 1
    """
)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed.

    `kind` is "changed", "missing", "added" (entries), "seal" (a seal itself), "seals" (some are gone), "chain"
    (a seal does not follow the one before), "cut" (the end is gone), "rewritten" (the seal that was written down
    outside is another), "unreadable" (a line of that file) or "words" (what people said in their own words is not what
    its entry proves). The entries lie between `first` and `last`, and are
    `ids` where that can be told; `count` says how many.
    """

    kind: str
    seal: int
    first: int | None = None
    last: int | None = None
    count: int | None = None
    ids: tuple[int, ...] = ()


@dataclass
class Report:
    """What a check found: nothing in `findings` means that all is as it was sealed."""

    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    noted: int | None = None
    """How many seals were compared with those written down outside; None where there is no such file."""
    findings: list[Finding] = field(default_factory=list)


def check_log(session: Session, outside: Path) -> Report:
    """Hash every sealed entry again and compare; then compare the seals with the file outside the database."""
    report = Report()
    now = snapshot(session)
    floors = _floors(session, now)
    hashes: dict[int, str] = {}
    before: AuditSeal | None = None
    for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.number)):
        session.expunge(seal)
        report.findings += _check_place(seal, before)
        if before is not None and before.after_id != seal.after_id:
            report.findings += _strangers(session, before, floors, None)[1]
        report.findings += _check_entries(session, seal, before, floors[seal.after_id])
        report.seals += 1
        report.entries += seal.row_count
        hashes[seal.number] = seal.hash.hex()
        before = seal
    if before is None:
        report.unsealed = session.execute(text("SELECT count(*) FROM tbl_audit_log")).scalar_one()
    else:
        report.unsealed, strangers = _strangers(session, before, floors, now)
        report.findings += strangers
    report.findings += _check_words(session)
    if outside.exists():
        report.noted, differing = _compare_outside(hashes, outside)
        report.findings += differing
    return report


def _floors(session: Session, now: Snapshot) -> dict[int, int]:
    """For each stretch of the log that one server wrote (by its `after_id`), the highest id in it."""
    starts = sorted(set(session.scalars(select(AuditSeal.after_id).distinct())))
    floors = dict(zip(starts, [*starts[1:], _MOST], strict=True)) if starts else {}
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).one_or_none()
    if last is not None and int(last.last_txid) >= now.unborn:  # brought here, and not sealed since
        floors[last.after_id] = highest_id_of(session, now.unborn)
    return floors


def _check_place(seal: AuditSeal, before: AuditSeal | None) -> Iterator[Finding]:
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        yield Finding("seals", expected, count=seal.number - expected)
    elif seal.previous_hash != (before.hash if before else NOTHING_BEFORE):
        yield Finding("chain", seal.number, seal.from_id, seal.to_id)


def _check_entries(
    session: Session, seal: AuditSeal, before: AuditSeal | None, most: int
) -> Iterator[Finding]:
    follows = before is not None and before.after_id == seal.after_id
    place = (before.last_txid, before.last_id) if before is not None and follows else ("0", 0)
    found = session.execute(
        _ENTRIES,
        {
            "txid": place[0],
            "id": place[1],
            "last_txid": seal.last_txid,
            "last_id": seal.last_id,
            "after": seal.after_id,
            "most": most,
        },
    ).all()
    if seal.number != (before.number + 1 if before else 1):  # the entries of seals that are gone come first
        found = found[-seal.row_count :]
    digests = b"".join(bytes(row.digest) for row in found)
    if seal_hash(seal.previous_hash, _span(seal), digests) == seal.hash and marks_of(digests) == seal.marks:
        return
    different = list(_differences(seal, [row.id for row in found], digests))
    yield from different or [Finding("seal", seal.number, seal.from_id, seal.to_id)]


def _check_words(session: Session) -> Iterator[Finding]:
    changed = tuple(session.scalars(_WORDS))
    if changed:
        yield Finding("words", 0, changed[0], changed[-1], count=len(changed), ids=changed)


def _span(seal: AuditSeal) -> Span:
    micros = round(seal.sealed_at.timestamp() * 1_000_000)
    return Span(
        number=seal.number,
        after_id=seal.after_id,
        from_id=seal.from_id,
        to_id=seal.to_id,
        last_txid=int(seal.last_txid),
        last_id=seal.last_id,
        horizon=int(seal.horizon),
        row_count=seal.row_count,
        sealed_at_us=micros,
    )


def _differences(seal: AuditSeal, ids: list[int], digests: bytes) -> Iterator[Finding]:
    """Which entries differ, by their marks: those that stand there and were not sealed, and how many are gone."""
    here = _cut(marks_of(digests))
    sealed = Counter(_cut(seal.marks))
    strange = []
    for id_, mark in zip(ids, here, strict=True):
        if sealed[mark]:
            sealed[mark] -= 1
        else:
            strange.append(id_)
    lost = sealed.total()
    changed, added, missing = min(len(strange), lost), len(strange) - lost, lost - len(strange)
    span = (seal.number, seal.from_id, seal.to_id)
    if added > 0:
        yield Finding("added", *span, count=added, ids=tuple(strange))
    elif changed:
        yield Finding("changed", *span, count=changed, ids=tuple(strange))
    if missing > 0:
        yield Finding("missing", *span, count=missing)


def _cut(marks: bytes) -> list[bytes]:
    return [marks[at : at + MARK] for at in range(0, len(marks), MARK)]


def _strangers(
    session: Session, last: AuditSeal, floors: dict[int, int], now: Snapshot | None
) -> tuple[int, list[Finding]]:
    """How many entries stand behind the last seal of a stretch, and those of them that nobody can have written.

    Behind a stretch that has ended (`now` is None) all are such; else those of transactions yet to come, unless
    the log was just brought here from another server.
    """
    values: dict[str, Any] = {"txid": last.last_txid, "id": last.last_id, "after": last.after_id}
    values |= {"most": floors[last.after_id], "unborn": str(now.unborn if now else 0)}
    count, unborn, first, highest = session.execute(_BEHIND, values).one()
    if not unborn or (now is not None and int(last.last_txid) >= now.unborn):
        return count, []
    return count, [Finding("added", last.number, first, highest, count=unborn)]


def _compare_outside(hashes: dict[int, str], path: Path) -> tuple[int, list[Finding]]:
    findings: list[Finding] = []
    lines = 0
    try:
        for entry in noted(path):
            lines += 1
            findings += _compare(hashes, entry)
    except ValueError as error:
        findings.append(Finding("unreadable", int(error.args[0])))
    cut = [finding for finding in findings if finding.kind == "cut"]
    rest = [finding for finding in findings if finding.kind != "cut"]
    if cut:  # one loss, however many seals went with it
        last = max(cut, key=lambda finding: finding.seal)
        rest.append(Finding("cut", max(hashes, default=0), None, last.last, count=len(cut)))
    return lines, rest


def _compare(hashes: dict[int, str], entry: Noted) -> Iterable[Finding]:
    if entry.number not in hashes:
        yield Finding("cut", entry.number, last=entry.to_id)
    elif hashes[entry.number] != entry.hash:
        yield Finding("rewritten", entry.number, last=entry.to_id)
