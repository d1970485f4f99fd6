"""Where copies of a person stand, and what becomes of each: what the page counts is what the deed does.

A copy is theirs if it refers to them, or has their government id or wallet, or their phone or e-mail together with
their name, in whatever script: phones are shared in families. What people wrote is theirs if it holds their phone, id,
e-mail, wallet, or each word of a name of two words or more. A name alone proves nothing: many have the same.

Conditions speak of a row as `t`; `:people` and the rest are the values of `marks.Marks`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import sentence
from portal.erasing.queries.marks import Marks


@dataclass(frozen=True)
class Trace:
    """One place: what its rows are called, which of them are theirs, and what is set there; None: the rows go."""

    words: str
    table: str
    where: str
    sets: str | None = None


def _same_name(column: str) -> str:
    return f"""(nullif(btrim({column}), '') IS NULL OR cardinality(CAST(:names AS text[])) = 0
        OR btrim(portal_fold({column})) = ANY(:names)
        OR portal_name_sound(portal_name_spelt({column})) = ANY(:sounds))"""


def tells(column: str) -> str:
    """SQL: a text names them."""
    return f"""({column} IS NOT NULL AND (
        EXISTS (SELECT FROM unnest(CAST(:texts AS text[])) mark WHERE position(mark IN portal_fold({column})) > 0)
        OR EXISTS (SELECT FROM unnest(CAST(:lines AS text[])) line
            WHERE position(line IN regexp_replace({column}, '[^0-9]', '', 'g')) > 0)
        OR EXISTS (SELECT FROM unnest(CAST(:whole AS text[])) name WHERE NOT EXISTS (
            SELECT FROM regexp_split_to_table(name, '\\s+') word
            WHERE position(word IN portal_fold({column})) = 0))))"""  # noqa: S608


OF_IMPORT = f"""(t.uuid = ANY(:people) OR t."personUuid" = ANY(:people)
    OR (t."matchId" = ANY(:people) AND (t.verdict = 'UPDATE' OR {_same_name("t.name")}))
    OR ((t.phone = ANY(:phones) OR lower(t.email) = ANY(:mails)) AND {_same_name("t.name")})
    OR portal_fold(t."govtIDNumber") = ANY(:ids) OR lower(t."walletAddress") = ANY(:wallets))
    AND NOT EXISTS (SELECT FROM tbl_beneficiaries b WHERE b.uuid = t.uuid AND NOT b.uuid = ANY(:people))"""
"""Rows of a file from which somebody else was made stay: they may merely look alike."""

SEARCHED = tells("t.filter ->> 'q'")

_OF_THEIR_OFFRAMPS = f"""t."offrampId" IN (SELECT o.uuid FROM tbl_offramps o WHERE o."beneficiaryId" = ANY(:people)
    OR (o."receiverPhone" = ANY(:phones) AND {_same_name('o."receiverName"')}))"""  # noqa: S608

TRACES = (
    Trace(sentence("Rows of imports, with the cells as they stood"), "tbl_temp_beneficiaries", OF_IMPORT),
    Trace(
        sentence("Submissions of forms"),
        "tbl_kobo_beneficiaries",
        f"""((portal_phone_key(t.phone) = ANY(:lines) OR t.phone = ANY(:phones) OR lower(t.email) = ANY(:mails))
            AND {_same_name("t.name")})
        OR lower(t.wallet) = ANY(:wallets) OR portal_fold(t.extras ->> 'govtIDNumber') = ANY(:ids)""",
    ),
    Trace(
        sentence("Merges of their records, which can then no longer be undone"),
        "tbl_merges",
        """t."erasedAt" IS NULL AND (t."winnerId" = ANY(:people) OR t."loserId" = ANY(:people))""",
        """before = '{}', after = '{}', moved = '{}', "erasedAt" = now()""",
    ),
    Trace(
        sentence("Pairs of records that may be one person"),
        "tbl_duplicate_pairs",
        """t.state = 'OPEN' AND (t."firstId" = ANY(:people) OR t."secondId" = ANY(:people))""",
    ),
    Trace(
        sentence("Providers’ files that name them, by which nothing was marked yet"),
        "tbl_reconciliations",
        f"t.state IN ('UPLOADED', 'REVIEW') AND {tells('t.inspection::text')}",
    ),
    Trace(
        sentence("The first rows of providers’ files that name them"),
        "tbl_reconciliations",
        f"t.state = 'DONE' AND {tells('t.inspection::text')}",
        """inspection = NULL, "filePath" = NULL, words = '{}'""",
    ),
    Trace(
        sentence("Rows of providers’ files that name them: these stay, without what names them"),
        "tbl_reconciliation_rows",
        f"{tells('t.given')} OR {tells('t.reason')}",
        "given = NULL, reason = NULL",
    ),
    Trace(
        sentence("Providers’ statements that name them, by which nothing ended yet"),
        "tbl_offramp_statements",
        f"t.state IN ('UPLOADED', 'REVIEW') AND {tells('t.inspection::text')}",
    ),
    Trace(
        sentence("The first rows of providers’ statements that name them"),
        "tbl_offramp_statements",
        f"t.state = 'DONE' AND {tells('t.inspection::text')}",
        """inspection = NULL, "filePath" = NULL, words = '{}'""",
    ),
    Trace(
        sentence("Rows of providers’ statements that name them: these stay, without what names them"),
        "tbl_offramp_statement_rows",
        f"{tells('t.given')} OR {tells('t.reason')}",
        "given = NULL, reason = NULL",
    ),
    Trace(
        sentence("Calls to a hotline that are theirs or name them, and were not taken yet"),
        "tbl_hotline_rows",
        f"""((portal_phone_key(t.contact) = ANY(:lines) OR t.contact = ANY(:phones) OR lower(t.email) = ANY(:mails))
            AND {_same_name("t.name")})
        OR {tells("t.words")}""",
    ),
    Trace(
        sentence("Hotlines’ files that name them, by which nothing was taken yet"),
        "tbl_hotline_files",
        f"t.state IN ('UPLOADED', 'REVIEW') AND {tells('t.inspection::text')}",
    ),
    Trace(
        sentence("Messages to them"),
        "tbl_messages",
        """t."userId" IS NULL AND (t."to" = ANY(:phones) OR lower(t."to") = ANY(:mails))""",
        """"to" = NULL, body = NULL, "purgedAt" = coalesce("purgedAt", now()),
        state = CASE WHEN state = 'SENT' THEN state ELSE 'FAILED' END""",
    ),
    Trace(
        sentence("Drafts of bulk actions that name them"),
        "tbl_bulk_actions",
        f"t.state = 'DRAFT' AND ({SEARCHED} OR {tells('t.reason')})",
    ),
    Trace(
        sentence("Bulk actions that name them"),
        "tbl_bulk_actions",
        f"t.state IN ('DONE', 'UNDONE') AND ({SEARCHED} OR {tells('t.reason')})",
        "filter = NULL, reason = NULL",
    ),
    Trace(
        sentence("Deeds for many grievances that name them"),
        "tbl_grievance_actions",
        f"t.state <> 'RUNNING' AND ({SEARCHED} OR {tells('t.body')})",
        "filter = NULL, body = NULL",
    ),
    Trace(sentence("Saved filters that name them"), "tbl_saved_filters", SEARCHED),
    Trace(
        sentence("Searches and reasons of payout lists that name them"),
        "tbl_payout_lists",
        f"t.state NOT IN ('APPROVED', 'CANCELLED') AND ({SEARCHED} OR {tells('t.reason')})",
        f"""filter = CASE WHEN {SEARCHED} THEN jsonb_build_object('people', to_jsonb(CAST(:named AS text[])))
            ELSE filter END, reason = portal_without(reason, :marks)""",
    ),
    Trace(
        sentence("What people said their data were wanted for"),
        "tbl_audit_words",
        f"""t."erasedAt" IS NULL AND (EXISTS (SELECT FROM tbl_audit_log e
            WHERE e.id = t."entryId" AND e."tableName" = 'tbl_beneficiaries' AND e."recordId" = ANY(:named))
        OR {tells("t.words")})""",
        """words = NULL, salt = NULL, "erasedAt" = now()""",
    ),
    Trace(
        sentence("Complaints that name them: these stay, without what names them"),
        "tbl_grievances",
        f"""((portal_phone_key(t."reporterContact") = ANY(:lines) OR t."reporterContact" = ANY(:phones)
            OR lower(btrim(t."reporterContact")) = ANY(:mails) OR {tells('t."reporterContact"')})
            AND {_same_name('t."reportedBy"')})
        OR {tells("t.title")} OR {tells("t.description")} OR {tells('t."statusReason"')}""",
        f""""reportedBy" = CASE WHEN {_same_name('t."reportedBy"')} THEN '—' ELSE "reportedBy" END,
        "reporterContact" = CASE WHEN {_same_name('t."reportedBy"')} THEN '—' ELSE "reporterContact" END,
        title = portal_without(title, :marks), description = portal_without(description, :marks),
        "statusReason" = portal_without("statusReason", :marks),
        "updatedAt" = now()""",
    ),
    Trace(
        sentence("What was said in complaints and names them: these stay, without what names them"),
        "tbl_grievance_events",
        tells("t.body"),
        "body = portal_without(body, :marks)",
    ),
    Trace(
        sentence("Names of files in complaints that name them: these stay, without what names them"),
        "tbl_grievance_attachments",
        tells("t.name"),
        "name = portal_without(name, :marks)",
    ),
    Trace(
        sentence("What systems and people added to payouts: these stay, without what names them"),
        "tbl_transactions",
        f"""t."beneficiaryId" = ANY(:people) AND ({tells("t.extras::text")} OR {tells("t.reason")})""",
        "extras = CAST(portal_without(CAST(extras AS text), :marks) AS jsonb), reason = portal_without(reason, :marks)",
    ),
    Trace(
        sentence("What was said about offramps to them and names them: these stay, without what names them"),
        "tbl_offramp_events",
        f"{_OF_THEIR_OFFRAMPS} AND {tells('t.body')}",
        "body = portal_without(body, :marks)",
    ),
    Trace(
        sentence("Files that prove offramps to them"),
        "tbl_offramp_events",
        f"{_OF_THEIR_OFFRAMPS} AND t.kind = 'PROOF' AND t.facts IS NOT NULL",
        "facts = NULL",
    ),
    Trace(
        sentence("Notes on what needed attention that name them: these stay, without what names them"),
        "tbl_offramp_attention",
        f"{_OF_THEIR_OFFRAMPS} AND {tells('t.note')}",
        "note = portal_without(note, :marks)",
    ),
    Trace(
        sentence("Offramps to them: these stay, without what names them"),
        "tbl_offramps",
        f"""(t.status IN ('COMPLETED', 'FAILED') OR t."deletedAt" IS NOT NULL) AND (t."beneficiaryId" = ANY(:people)
            OR (t."receiverPhone" = ANY(:phones) AND {_same_name('t."receiverName"')}))
        AND (t."receiverPhone" IS NOT NULL OR t."receiverName" IS NOT NULL)""",
        '"receiverPhone" = NULL, "receiverName" = NULL, "failedReason" = portal_without("failedReason", :marks)',
    ),
)
"""In the order in which they are forgotten."""

REFERRING = {
    ("tbl_beneficiaries_pii", "beneficiaryId"): "emptied",
    ("tbl_grouped_beneficiaries", "beneficiaryId"): "stays as it ended",
    ("tbl_beneficiaries_projects", "beneficiaryId"): "stays as it ended",
    ("tbl_duplicate_pairs", "firstId"): "gone, unless decided: then it stays and is not shown",
    ("tbl_duplicate_pairs", "secondId"): "gone, unless decided: then it stays and is not shown",
    ("tbl_merges", "winnerId"): "emptied",
    ("tbl_merges", "loserId"): "emptied",
    ("tbl_transactions", "beneficiaryId"): "stays, without what names them",
    ("tbl_grievances", "beneficiaryId"): "stays, without what names them",
    ("tbl_payout_rows", "beneficiaryId"): "stays, without what names them",
    ("tbl_offramps", "beneficiaryId"): "stays, without what names them",
}
"""Every column that refers to a person, and what becomes of its rows; a house test holds it against the database."""

AT_WORK = text(
    f"SELECT EXISTS (SELECT FROM tbl_bulk_actions t WHERE t.state IN ('RUNNING', 'UNDOING') AND ({SEARCHED}))"  # noqa: S608
)
"""A bulk action that is looking for them at this moment."""

UNDER_WAY = text(
    f"""SELECT EXISTS (SELECT FROM tbl_offramps t WHERE t.status IN ('PENDING', 'PROCESSING') AND t."deletedAt" IS NULL
        AND (t."beneficiaryId" = ANY(:people)
            OR (t."receiverPhone" = ANY(:phones) AND {_same_name('t."receiverName"')})))"""  # noqa: S608
)
"""Money on its way to them: who it is for has to be known until it is there, or has failed."""


def counts(session: Session, marks: Marks) -> list[tuple[str, int]]:
    """How many rows each place has of theirs, in words (English; the key of its translation), but for those of none."""
    found = [(trace.words, _count(session, trace, marks)) for trace in TRACES]
    return [(words, rows) for words, rows in found if rows]


def _count(session: Session, trace: Trace, marks: Marks) -> int:
    statement = text(f"SELECT count(*) FROM {trace.table} t WHERE {trace.where}")  # noqa: S608
    return session.scalar(statement, _only(statement, marks)) or 0


def _only(statement: Any, marks: Marks) -> dict[str, Any]:
    return {name: value for name, value in marks.values.items() if name in statement._bindparams}


def forget(session: Session, trace: Trace, marks: Marks) -> int:
    """Empty or remove the rows of one place; how many."""
    changed = (
        f"DELETE FROM {trace.table} t" if trace.sets is None else f"UPDATE {trace.table} t SET {trace.sets}"  # noqa: S608
    )
    statement = text(f"{changed} WHERE {trace.where}")
    return rows_changed(session.execute(statement, _only(statement, marks)))
