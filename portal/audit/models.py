"""The record of every change. Triggers write it (migrations/sql): no part of the program has to remember."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    UUID,
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import base as postgresql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from portal.core.columns import Json, Line, Moment
from portal.core.db import db


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction number, which never comes again."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """The type's name in DDL."""
        return "XID8"


postgresql.ischema_names["xid8"] = Xid8  # so that the drift check knows the type when it reads it back


class AuditEntry(db.Model):
    """One change of one row, or one deed that changed none (an export, a look at personal data).

    Rows are only ever added: a trigger refuses everything else, and the owner has no privilege for it.
    `before` and `after` hold only what changed; what is secret stands there as "(hidden)".
    """

    __tablename__ = "tbl_audit_log"
    __table_args__: Any = (
        Index("ix_tbl_audit_log_sealing", "txid", "id"),
        Index("ix_tbl_audit_log_newest", "at", "id"),
        Index("ix_tbl_audit_log_record", "tableName", "recordId", "at", "id"),
        Index("ix_tbl_audit_log_table", "tableName", "at", "id"),
        Index("ix_tbl_audit_log_actor", "actor", "at", "id"),
        Index("ix_tbl_audit_log_action", "action", "at", "id", postgresql_where=text("action <> 'INSERT'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[Moment] = mapped_column(server_default=func.now())
    txid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    actor: Mapped[uuid_module.UUID | None] = mapped_column(
        UUID(as_uuid=True),
        server_default=text("(NULLIF(current_setting('portal.actor'::text, true), ''::text))::uuid"),
    )
    request_id: Mapped[Line | None] = mapped_column(
        "requestId", server_default=text("NULLIF(current_setting('portal.request'::text, true), ''::text)")
    )
    action: Mapped[Line]
    table_name: Mapped[Line | None] = mapped_column("tableName")
    record_id: Mapped[Line | None] = mapped_column("recordId")
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    details: Mapped[Json | None]


class AuditWords(db.Model):
    """What somebody said in their own words about what data were for, apart from the entry (`entry_id`).

    An entry cannot be erased, and words may name somebody. So the entry holds their hash with a `salt` (`proof` of its
    details): words that were changed show, words that were erased (`erased_at`) leave a hash that tells nothing.
    """

    __tablename__ = "tbl_audit_words"
    __table_args__: Any = (
        CheckConstraint(
            'num_nulls(words, salt) = CASE WHEN "erasedAt" IS NULL THEN 0 ELSE 2 END', name="erased"
        ),
    )

    entry_id: Mapped[int] = mapped_column("entryId", BigInteger, primary_key=True, autoincrement=False)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[Line | None]
    erased_at: Mapped[Moment | None] = mapped_column("erasedAt")


class AuditSeal(db.Model):
    """A hash over the next entries of the log and over the seal before: whatever is changed later shows.

    It covers the entries that come after those of the seal before it, in the order of transaction and id, up to
    `last_txid` and `last_id`. Only transactions below `horizon` are sealed: those had all ended, so none can
    slip in behind. `marks` are eight bytes of each entry's own hash, in that order; they tell which entry was
    changed. `after_id` begins anew where the log went on in another database server, whose transactions are
    counted from one again: only entries above it are meant.
    """

    __tablename__ = "tbl_audit_seals"
    __table_args__: Any = (CheckConstraint('number > 0 AND "rowCount" > 0', name="rowCount"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    after_id: Mapped[int] = mapped_column("afterId", BigInteger)
    from_id: Mapped[int] = mapped_column("fromId", BigInteger)
    to_id: Mapped[int] = mapped_column("toId", BigInteger)
    last_txid: Mapped[str] = mapped_column("lastTxid", Xid8)
    last_id: Mapped[int] = mapped_column("lastId", BigInteger)
    horizon: Mapped[str] = mapped_column(Xid8)
    row_count: Mapped[int] = mapped_column("rowCount", Integer)
    marks: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column("previousHash", LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[Moment] = mapped_column("sealedAt")
