"""Addresses made in advance, and the number of the next."""

from sqlalchemy import BigInteger, Sequence
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.columns import Line
from portal.core.db import db


class PooledWallet(db.Model):
    """A wallet address made in advance, from the HD account's child of number `index`.

    Deriving a hundred thousand takes seconds, so an import takes its addresses from here in one statement.
    """

    __tablename__ = "tbl_wallet_pool"

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    address: Mapped[Line] = mapped_column(unique=True)


WALLET_INDEX = Sequence("wallet_index_seq", start=0, minvalue=0, metadata=db.metadata)
"""The next child number of the HD account that nobody has taken."""
