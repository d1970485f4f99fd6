"""The rows of a list as a file."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Text, case, cast, func, literal, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.exporting import Safe, export
from portal.payouts.models import PayoutList, PayoutRow
from portal.payouts.queries.rows import masked_end
from portal.transactions.models import Transaction

HEADER = (
    "number", "reference", "name", "phone", "wallet address", "bank account", "amount", "currency",
    "verdict", "reasons", "held out", "payment",
)  # fmt: skip


def export_rows(session: Session, found: PayoutList, ability: Ability, kind: str) -> Iterator[bytes]:
    """The file in pieces, personal data as far as the reader may see them. `reference` names the payment, for a
    provider to answer with."""

    def statement(safe: Safe) -> Select[*tuple[Any, ...]]:
        row: Any = PayoutRow
        personal: Any = personal_data(ability)
        return (
            select(
                cast(row.number, Text),
                cast(row.uuid, Text),
                safe(personal.shown(row.name, masked_words(row.name))),
                safe(personal.shown_whole(row.phone, masked_phone(row.phone))),
                safe(row.wallet),
                safe(personal.shown_whole(row.account, masked_end(row.account))),
                cast(func.trim_scale(row.amount), Text),
                literal(found.currency),
                row.verdict,
                func.array_to_string(row.reasons, ", "),
                case((row.held_by.is_not(None), safe(personal.shown(row.held_reason, literal("—"))))),
                cast(Transaction.status, Text),
            )
            .join(Beneficiary, Beneficiary.uuid == row.beneficiary_id)
            .outerjoin(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
            .outerjoin(Transaction, Transaction.uuid == row.uuid)
            .where(row.list_id == found.uuid)
            .order_by(row.number)
        )

    return export(session, kind, statement, HEADER, "Payouts")
