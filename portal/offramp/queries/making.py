"""What a request can be made of: providers at work, tokens, what was taken last time, and the person who is paid."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import VALID_PHONE, Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.columns import masked_phone, masked_words
from portal.beneficiaries.queries.people import personal_data
from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.offramp.models import OfframpRequest
from portal.projects.models import Project


@dataclass(frozen=True)
class Usual:
    """What the newest request of a project was made of; else what its project says."""

    provider: UUID | None = None
    chain: str | None = None
    token: str | None = None
    sender_address: str | None = None
    currency: str | None = None
    network: str | None = None


def usual(session: Session, project: UUID, ability: Ability) -> Usual:
    """What a request of this project is likely to be made of, by the newest one that the reader may see."""
    newest = (
        select(
            OfframpRequest.provider_id,
            OfframpRequest.chain,
            OfframpRequest.token,
            OfframpRequest.sender_address,
            OfframpRequest.currency,
            OfframpRequest.receiver_network,
        )
        .where(OfframpRequest.project_id == project, OfframpRequest.deleted_at.is_(None))
        .order_by(OfframpRequest.created_at.desc(), OfframpRequest.id.desc())
        .limit(1)
    )
    row = session.execute(ability.accessible(newest, "read", OfframpRequest)).one_or_none()
    own = session.scalar(select(Project.currency).where(Project.uuid == project))
    if row is None:
        return Usual(currency=own)
    provider, chain, token, sender, currency, network = row
    return Usual(provider, chain, token, sender, currency or own, network)


def receiver_of(
    session: Session, person: UUID, ability: Ability
) -> Row[str | None, str | None, str | None, str | None]:
    """Whom a request would pay: `name` and `phone` as they are, the phone None where there is none that can be paid to;
    and both as the reader may see them, `shown_name` and `shown_phone`.

    Raises NotFound for somebody whom the reader may not see.
    """
    pii, personal = BeneficiaryPii, personal_data(ability)
    statement = (
        select(
            pii.name,
            func.substring(pii.phone, VALID_PHONE).label("phone"),
            personal.shown(pii.name, masked_words(pii.name)).label("shown_name"),
            masked_phone(pii.phone).label("shown_phone"),
        )
        .join(Beneficiary, Beneficiary.id == pii.beneficiary_id)
        .where(Beneficiary.uuid == person, Beneficiary.deleted_at.is_(None))
    )
    found = session.execute(ability.accessible(statement, "read", Beneficiary)).one_or_none()
    if found is None:
        raise NotFound
    return found
