"""The registry of tokens that aid is counted in."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Integer, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import CreatedAt, IntPk, Line, UpdatedAt, Uuid
from portal.core.db import db
from portal.core.enums import TokenDataType, pg_enum


class Token(db.Model):
    """A token on a chain. `initial_supply` is a uint256 in its smallest unit, hence 78 digits.

    CREATED: made for this programme by the transaction that is named. IMPORTED: it was there already. `version` counts
    edits, so that a form filled from an older state is refused.
    """

    __tablename__ = "tbl_tokens"
    __table_args__: Any = (
        CheckConstraint("decimals BETWEEN 0 AND 77", name="decimals"),
        CheckConstraint('"initialSupply" >= 0 AND "initialSupply" <> \'NaN\'', name="initialSupply"),
        CheckConstraint('"fromBlock" >= 0', name="fromBlock"),
    )

    id: Mapped[IntPk]
    uuid: Mapped[Uuid]
    name: Mapped[Line]
    symbol: Mapped[Line] = mapped_column(unique=True)
    description: Mapped[Line | None]
    decimals: Mapped[int] = mapped_column(Integer)
    initial_supply: Mapped[Decimal] = mapped_column("initialSupply", Numeric(78, 0))
    from_block: Mapped[int] = mapped_column("fromBlock", BigInteger, unique=True)
    contract_address: Mapped[Line] = mapped_column("contractAddress", unique=True)
    transaction_hash: Mapped[Line | None] = mapped_column("transactionHash", unique=True)
    type: Mapped[TokenDataType] = mapped_column(pg_enum(TokenDataType))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[CreatedAt] = mapped_column("createdAt")
    updated_at: Mapped[UpdatedAt] = mapped_column("updatedAt")
    created_by: Mapped[int | None] = mapped_column("createdBy", Integer)
    updated_by: Mapped[int | None] = mapped_column("updatedBy", Integer)
