"""Offramps of the demo: two tokens, a Sandbox that pays them out, a list of five hundred that waits to be sent, and
some requests in every state."""

import datetime as dt
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.core.enums import GroupPurpose, TokenDataType
from portal.core.wallets import checksum
from portal.demo.payouts import Plan, paid_by
from portal.demo.programme import FLOOD, PILOT, named
from portal.demo.staff import COLLEAGUES
from portal.offramp.models import OfframpCallback, OfframpProvider
from portal.payouts.terms import Method
from portal.tokens.models import Token
from portal.users.models import User
from portal.vendors.models import ProjectVendor

SANDBOX, OTHER = "Sandbox", "Terai Mobile Money by file"
CHAIN, TOKEN, OWN_TOKEN = "CELO", "CUSD", "RHT"
GROUP = "Digital cash, mobile money"
PEOPLE = 500
SHOP = "Inaruwa Grain Store"
CONFIG = {
    "currency": "NPR",
    "rate": "133.5",
    "fee": "1",
    "failures": "8",
    "lostAnswers": "3",
    "delayFrom": "2",
    "delayTo": "40",
    "callbacks": True,
    "seed": "demo",
}
"""A provider as one meets them: most arrives within a minute, some fails, and now and then an answer is lost."""

LIST = Plan(
    "Digital cash, first round",
    PeopleFilter(group=named("group", GROUP)),
    SHOP,
    Method.MOBILE_MONEY,
    SANDBOX,
    25,
    currency=TOKEN,
    project=PILOT,
)

ARRIVED, FAILED, UNDER_WAY, WAITING = 21, 3, 2, 2
"""How many requests of the flood response there are in each state; those that wait are large."""

# Each step is one that the database allows, so the triggers are content; moments lie shortly before now.
_MAKE = text(
    """
    INSERT INTO tbl_offramps (uuid, "projectId", "providerId", "beneficiaryId", chain, token, amount, "senderAddress",
        currency, "receiverNetwork", "receiverPhone", "receiverName", "fiatAmount", fee, "quoteId", "requestId",
        "escrowAddress", "needsRelease", "createdBy", "createdAt")
    SELECT md5('demo offramp ' || n)::uuid, :project, :provider, b.uuid, :chain, :token, amount, :sender, 'NPR',
        'Terai Mobile Money', p.phone, p.name, round(amount * 133.5, 2) - round(amount * 1.335, 2),
        round(amount * 1.335, 2), 'sbq-demo-' || n, CASE WHEN NOT large THEN 'sbx-demo-' || n END,
        CASE WHEN NOT large THEN CAST(:sender AS text) END, large, maker.id,
        :now - interval '1 minute' * (20 + 7 * (:all - n))
    FROM (SELECT row_number() OVER (ORDER BY part.id) AS n, part."beneficiaryId" FROM tbl_beneficiaries_projects part
        JOIN tbl_beneficiaries b ON b.uuid = part."beneficiaryId" AND b."deletedAt" IS NULL
        JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id AND p.phone LIKE '+%'
        WHERE part."projectId" = :project AND part."deletedAt" IS NULL ORDER BY part.id LIMIT :all) chosen
    JOIN tbl_beneficiaries b ON b.uuid = chosen."beneficiaryId"
    JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
    CROSS JOIN LATERAL (SELECT n > :all - :waiting AS large) l
    CROSS JOIN LATERAL (SELECT CASE WHEN large THEN 1200 + 50 * n ELSE 10 + 5 * (n % 8) END::numeric AS amount) a
    JOIN tbl_users maker ON maker.email = :maker
    """
)
_TRY = (
    """
    INSERT INTO tbl_offramp_transactions ("requestId", "txHash", chain, token, "referenceId", "walletId", "createdAt")
    SELECT "requestId", 'none:' || "requestId", chain, token, 'rp-' || md5('demo try ' || uuid)::uuid,
        'wallet-' || left(md5('w' || uuid), 8), "createdAt"
    FROM tbl_offramps WHERE "requestId" LIKE 'sbx-demo-%'
    """,
    """
    INSERT INTO tbl_offramp_attempts (uuid, "offrampId", number, "referenceId", state, "createdBy", "createdAt")
    SELECT md5('demo try ' || uuid)::uuid, uuid, 1, 'rp-' || md5('demo try ' || uuid)::uuid, 'ACCEPTED', "createdBy",
        clock_timestamp() - interval '1 second' * (8 + 13 * (id % 9))
    FROM tbl_offramps WHERE "requestId" LIKE 'sbx-demo-%'
    """,
    """
    UPDATE tbl_offramps SET status = 'PROCESSING' WHERE "requestId" LIKE 'sbx-demo-%'
    """,
    """
    INSERT INTO tbl_sandbox_payments ("referenceId", "requestId", "providerId", token, amount, currency, "fiatAmount",
        fee, status, reason, "takenAt", "settlesAt", "calledBackAt")
    SELECT a."referenceId", o."requestId", o."providerId", o.token, o.amount, o.currency, o."fiatAmount", o.fee,
        (CASE fate WHEN 'UNDER WAY' THEN 'PROCESSING' ELSE fate END)::"OfframpStatus",
        CASE fate WHEN 'FAILED' THEN 'Daily limit of the receiver exceeded' END, a."createdAt",
        CASE fate WHEN 'UNDER WAY' THEN clock_timestamp() + interval '5 hours' ELSE clock_timestamp() END,
        CASE WHEN fate <> 'UNDER WAY' THEN clock_timestamp() END
    FROM pg_temp.fates f JOIN tbl_offramps o ON o.uuid = f.uuid JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid
    """,
    """
    UPDATE tbl_offramp_attempts a SET state = f.fate, "settledAt" = clock_timestamp(),
        reason = CASE f.fate WHEN 'FAILED' THEN 'Daily limit of the receiver exceeded' END,
        "amountPaid" = CASE f.fate WHEN 'COMPLETED' THEN o."fiatAmount" END, currency = o.currency,
        fee = CASE f.fate WHEN 'COMPLETED' THEN o.fee END
    FROM pg_temp.fates f JOIN tbl_offramps o ON o.uuid = f.uuid
    WHERE a."offrampId" = f.uuid AND f.fate <> 'UNDER WAY'
    """,
    """
    UPDATE tbl_offramps o SET status = f.fate::"OfframpStatus",
        "failedReason" = CASE f.fate WHEN 'FAILED' THEN 'Daily limit of the receiver exceeded' END
    FROM pg_temp.fates f WHERE o.uuid = f.uuid AND f.fate <> 'UNDER WAY'
    """,
    """
    INSERT INTO tbl_offramp_work ("offrampId", "nextAt")
    SELECT uuid, CASE status WHEN 'PENDING' THEN now() ELSE now() + interval '10 minutes' END
    FROM tbl_offramps WHERE status IN ('PENDING', 'PROCESSING') AND uuid IN (SELECT md5('demo offramp ' || n)::uuid
        FROM generate_series(1, :all) n)
    """,
    """
    INSERT INTO tbl_offramp_events ("offrampId", "attemptId", kind, facts, "createdBy", "createdAt")
    SELECT o.uuid, CASE WHEN t.at > 2 THEN a.id END, t.kind, CASE t.kind
            WHEN 'MADE' THEN jsonb_build_object('chain', o.chain, 'token', o.token,
                'amount', trim_scale(o.amount)::text)
            WHEN 'QUOTED' THEN jsonb_build_object('currency', o.currency, 'fee', trim_scale(o.fee)::text,
                'fiatAmount', trim_scale(o."fiatAmount")::text)
            WHEN 'REQUESTED' THEN jsonb_build_object('requestId', o."requestId", 'escrowAddress', o."escrowAddress")
            WHEN 'ANSWERED' THEN jsonb_build_object('referenceId', a."referenceId", 'status', 'PROCESSING')
            WHEN 'COMPLETED' THEN jsonb_build_object('source', 'CALLBACK', 'currency', o.currency,
                'amountPaid', trim_scale(o."fiatAmount")::text)
            WHEN 'FAILED' THEN jsonb_build_object('source', 'CALLBACK') END,
        CASE t.kind WHEN 'MADE' THEN o."createdBy" END,
        CASE WHEN t.at < 2 THEN o."createdAt" WHEN t.at = 5 THEN coalesce(a."settledAt", now())
            ELSE coalesce(a."createdAt", o."createdAt") - interval '1 second' * (5 - t.at) END
    FROM tbl_offramps o LEFT JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid
    CROSS JOIN LATERAL (VALUES (0, 'MADE'), (1, 'QUOTED'), (2, 'REQUESTED'), (3, 'SENT'), (4, 'ANSWERED'),
        (5, o.status::text)) t (at, kind)
    WHERE o.uuid IN (SELECT md5('demo offramp ' || n)::uuid FROM generate_series(1, :all) n)
        AND (t.at < 2 OR a.id IS NOT NULL AND (t.at < 5 OR o.status IN ('COMPLETED', 'FAILED')))
    ORDER BY o.id, t.at
    """,
)
_FATES = text(
    """
    CREATE TEMPORARY TABLE fates ON COMMIT DROP AS
    SELECT md5('demo offramp ' || n)::uuid AS uuid, CASE WHEN n <= :arrived THEN 'COMPLETED'
        WHEN n <= :arrived + :failed THEN 'FAILED' ELSE 'UNDER WAY' END AS fate
    FROM generate_series(1, :arrived + :failed + :under_way) n
    """
)


def add_offramps(session: Session, now: dt.datetime) -> None:
    """All of it. The list waits to be sent; what waits is too large for its maker alone."""
    users = {one.mailbox: one.email for one in COLLEAGUES}
    manager = session.scalars(select(User.id).where(User.email == users["manager"])).one()
    _add_tokens(session, manager)
    provider = _add_providers(session, manager)
    _add_pilot(session)
    paid_by(session, LIST)
    _add_requests(session, provider, users["manager"], now)
    _add_stray(session, provider, now)


def _made_up(name: str) -> str:
    """An address that nobody holds a key of."""
    return checksum("0x" + sha256(f"demo {name}".encode()).hexdigest()[:40])


def _add_tokens(session: Session, by: int) -> None:
    session.add_all(
        [
            Token(
                name="Celo Dollar",
                symbol=TOKEN,
                description="Worth a dollar of the United States; providers turn it into mobile money.",
                decimals=18,
                initial_supply=32_500_000 * 10**18,
                from_block=2_962,
                contract_address=_made_up("celo dollar"),
                type=TokenDataType.IMPORTED,
                created_by=by,
            ),
            Token(
                name="Rahat Token",
                symbol=OWN_TOKEN,
                description="Made for this programme: one for each voucher.",
                decimals=0,
                initial_supply=10_000,
                from_block=24_100_871,
                contract_address=_made_up("rahat token"),
                transaction_hash="0x" + sha256(b"demo rahat token").hexdigest(),
                type=TokenDataType.CREATED,
                created_by=by,
            ),
        ]
    )
    session.flush()


def _add_providers(session: Session, by: int) -> UUID:
    """The Sandbox, at work, and a provider by file, at rest."""
    session.add(
        OfframpProvider(
            uuid=(sandbox := named("provider", SANDBOX)),
            name=SANDBOX,
            description="Pays into mobile money that is none: for trying things out.",
            adapter="SANDBOX",
            config=CONFIG,
            is_active=True,
            created_by=by,
        )
    )
    session.add(OfframpProvider(name=OTHER, adapter="FILE", config={}, created_by=by))
    session.flush()
    return sandbox


def _add_pilot(session: Session) -> None:
    """The pilot's shop, and five hundred people of all projects who have a phone."""
    pilot, group = named("project", PILOT), named("group", GROUP)
    session.add(ProjectVendor(project_id=pilot, vendor_id=named("vendor", SHOP)))
    session.add(BeneficiaryGroup(uuid=group, name=GROUP, group_purpose=GroupPurpose.MOBILE_MONEY))
    session.flush()
    session.add(BeneficiaryGroupProject(project_id=pilot, beneficiary_group_id=group))
    session.flush()
    chosen = session.execute(
        select(Beneficiary.uuid, Beneficiary.created_at)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(BeneficiaryPii.phone.startswith("+"), Beneficiary.deleted_at.is_(None))
        .order_by(Beneficiary.id)
        .limit(PEOPLE)
    ).all()
    since = [{"beneficiary_id": row.uuid, "created_at": row.created_at} for row in chosen]
    session.execute(insert(BeneficiaryProject), [{**one, "project_id": pilot} for one in since])
    session.execute(insert(GroupedBeneficiary), [{**one, "beneficiary_group_id": group} for one in since])


def _add_requests(session: Session, provider: UUID, maker: str, now: dt.datetime) -> None:
    told = {
        "project": named("project", FLOOD),
        "provider": provider,
        "chain": CHAIN,
        "token": TOKEN,
        "sender": _made_up("sender"),
        "maker": maker,
        "now": now,
        "all": ARRIVED + FAILED + UNDER_WAY + WAITING,
        "waiting": WAITING,
    }
    session.execute(_MAKE, told)
    session.execute(_FATES, {"arrived": ARRIVED, "failed": FAILED, "under_way": UNDER_WAY})
    for step in _TRY:
        session.execute(text(step), {"all": told["all"]} if ":all" in step else {})


def _add_stray(session: Session, provider: UUID, now: dt.datetime) -> None:
    """A callback about nothing that is known here."""
    session.add(
        OfframpCallback(
            provider_id=provider,
            event_id="sbe-demo-stray",
            reference_id="rp-00000000-demo",
            amount_paid=Decimal("2643.30"),
            currency="NPR",
            status="COMPLETED",
            body_hash=sha256(b"demo stray").hexdigest(),
            state="PARKED",
            received_at=now - dt.timedelta(hours=2),
        )
    )
    session.flush()
