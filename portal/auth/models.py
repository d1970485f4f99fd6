"""Ways to sign in, and sessions."""

import uuid as uuid_module
from typing import Any

from sqlalchemy import (
    UUID,
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.columns import (
    CreatedAt,
    Flag,
    IntPk,
    Json,
    Line,
    Moment,
    UpdatedAt,
    refers_to_id,
)
from portal.core.db import db
from portal.core.enums import Service, pg_enum
from portal.users.models import User

TOKEN_PURPOSES = ("RESET", "INVITATION", "EMAIL", "PHONE")


class Auth(db.Model):
    """One way of one user to sign in, with its failed attempts and its lock."""

    __tablename__ = "tbl_auth"
    __table_args__: Any = (
        UniqueConstraint("service", "serviceId"),
        CheckConstraint('"falseAttempts" >= 0', name="falseAttempts"),
        Index(
            "ix_tbl_auth_challenge",
            "challenge",
            postgresql_ops={"challenge": "text_pattern_ops"},
            postgresql_where=text("challenge IS NOT NULL"),
        ),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users")
    service: Mapped[Service] = mapped_column(pg_enum(Service))
    service_id: Mapped[Line] = mapped_column("serviceId")
    details: Mapped[Json | None]
    challenge: Mapped[Line | None]
    false_attempts: Mapped[int] = mapped_column("falseAttempts", Integer, server_default=text("0"))
    is_locked: Mapped[Flag] = mapped_column("isLocked")
    locked_on_at: Mapped[Moment | None] = mapped_column("lockedOnAt")
    last_login_at: Mapped[Moment | None] = mapped_column("lastLoginAt")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    password_hash: Mapped[Line | None] = mapped_column("passwordHash")

    user: Mapped[User] = relationship(lazy="raise")


class AuthSession(db.Model):
    """A browser that is signed in. The cookie holds the token, this row only its SHA-256.

    It ends when it was not used for a while (`last_seen_at`), is too old (`created_at`), is over
    (`expires_at`) or was ended (`revoked_at`); how long that is stands in `limits`.
    """

    __tablename__ = "tbl_auth_sessions"
    __table_args__: Any = ({"postgresql_with": {"fillfactor": 80}},)

    id: Mapped[IntPk]
    client_id: Mapped[Line] = mapped_column("clientId")
    session_id: Mapped[uuid_module.UUID] = mapped_column(
        "sessionId", UUID(as_uuid=True), unique=True, server_default=text("gen_random_uuid()")
    )
    auth_id: Mapped[int] = refers_to_id("authId", "tbl_auth")
    ip: Mapped[Line | None]
    details: Mapped[Json | None]
    user_agent: Mapped[Line | None] = mapped_column("userAgent")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    token_hash: Mapped[bytes | None] = mapped_column("tokenHash", LargeBinary, unique=True)
    last_seen_at: Mapped[Moment] = mapped_column("lastSeenAt", server_default=func.now())
    expires_at: Mapped[Moment | None] = mapped_column("expiresAt")
    revoked_at: Mapped[Moment | None] = mapped_column("revokedAt")
    second_factor_at: Mapped[Moment | None] = mapped_column("secondFactorAt")
    privileges: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A stamp of what the person may do, as it was when the token was made."""
    former_token_hash: Mapped[bytes | None] = mapped_column("formerTokenHash", LargeBinary, unique=True)
    rotated_at: Mapped[Moment | None] = mapped_column("rotatedAt")
    """When the token was last replaced; the former one is taken for a moment longer."""

    auth: Mapped[Auth] = relationship(lazy="raise")


class SecondFactor(db.Model):
    """The secret that a user's phone shows codes from (TOTP), sealed; it counts once it is confirmed.

    `last_step` is the half minute of the last code that was taken: no code is taken twice. Wrong codes are
    counted here and not with the passwords, since a right password forgets the wrong ones.
    """

    __tablename__ = "tbl_auth_second_factors"
    __table_args__: Any = (CheckConstraint('"falseAttempts" >= 0', name="falseAttempts"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users", index=False, unique=True)
    secret: Mapped[Line]
    confirmed_at: Mapped[Moment | None] = mapped_column("confirmedAt")
    last_step: Mapped[int] = mapped_column("lastStep", BigInteger, server_default=text("0"))
    false_attempts: Mapped[int] = mapped_column("falseAttempts", Integer, server_default=text("0"))
    locked_on_at: Mapped[Moment | None] = mapped_column("lockedOnAt")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")


class RecoveryCode(db.Model):
    """A code for coming in once without the phone, hashed like a password."""

    __tablename__ = "tbl_auth_recovery_codes"

    id: Mapped[IntPk]
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users")
    code_hash: Mapped[Line] = mapped_column("codeHash")
    used_at: Mapped[Moment | None] = mapped_column("usedAt")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")


class OneTimeToken(db.Model):
    """Something that may be done once by whoever holds a secret: a link's token, or a code that was sent.

    The row holds only the secret's hash. `details` are what the purpose needs, such as the address that is to be
    confirmed; they are forgotten with the use.
    """

    __tablename__ = "tbl_auth_tokens"
    __table_args__: Any = (
        CheckConstraint(f"purpose IN {TOKEN_PURPOSES}", name="purpose"),
        CheckConstraint('"falseAttempts" >= 0', name="falseAttempts"),
        Index("ix_tbl_auth_tokens_user", "userId", "purpose"),
    )

    id: Mapped[IntPk]
    purpose: Mapped[Line]
    token_hash: Mapped[bytes] = mapped_column("tokenHash", LargeBinary, unique=True)
    user_id: Mapped[int] = refers_to_id("userId", "tbl_users", index=False)
    details: Mapped[Json | None]
    false_attempts: Mapped[int] = mapped_column("falseAttempts", Integer, server_default=text("0"))
    expires_at: Mapped[Moment] = mapped_column("expiresAt")
    used_at: Mapped[Moment | None] = mapped_column("usedAt")
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
