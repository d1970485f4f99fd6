"""The demo's projects at work: where they are, in what they pay, what they may spend, and how they end."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.demo.programme import CYCLONE, FLOOD, PILOT, PROJECTS, WINTER, WORK, named
from portal.projects.models import Project, ProjectBudget


@dataclass(frozen=True)
class Equipment:
    """What a project of the demo has beyond its name: `budgets` are amounts by currency."""

    time_zone: str
    currency: str
    budgets: dict[str, int]
    extras: dict[str, Any] = field(default_factory=dict)
    contract_address: str | None = None


EQUIPMENT = {
    FLOOD: Equipment(
        "Asia/Kathmandu",
        "NPR",
        {"NPR": 12_000_000, "USD": 40_000},
        {"Donor": "Consortium for early action", "Households planned": 1_200, "Ends": "2027-03-31"},
        "0xD3f9722b8EbB8580A7c36Ce4931832Df71915273",
    ),
    WINTER: Equipment("Europe/Kyiv", "EUR", {"EUR": 180_000}, {"Households planned": 450}),
    WORK: Equipment(
        "Africa/Addis_Ababa", "ETB", {"ETB": 3_000_000}, {"Days of work": 60, "Tools are provided": True}
    ),
    CYCLONE: Equipment("America/Tegucigalpa", "HNL", {"HNL": 950_000}),
    PILOT: Equipment("Asia/Kathmandu", "CUSD", {"CUSD": 40_000}),
}
REASON = "All vouchers are redeemed and the accounts are settled."


def equip_projects(session: Session) -> None:
    """Say where each project is, in what it pays and what it may spend."""
    for name, equipment in EQUIPMENT.items():
        session.execute(
            update(Project)
            .where(Project.uuid == named("project", name))
            .values(
                time_zone=equipment.time_zone,
                currency=equipment.currency,
                extras=equipment.extras or None,
                contract_address=equipment.contract_address,
            )
            .execution_options(synchronize_session=False)
        )
    session.execute(
        insert(ProjectBudget),
        [
            {"project_id": named("project", name), "currency": currency, "amount": Decimal(amount)}
            for name, equipment in EQUIPMENT.items()
            for currency, amount in equipment.budgets.items()
        ],
    )


def close_finished(session: Session) -> None:
    """Close the projects that are over, once everything in them stands."""
    for name, status, *_more in PROJECTS:
        if status == ProjectStatus.CLOSED:
            session.execute(
                update(Project)
                .where(Project.uuid == named("project", name))
                .values(status=ProjectStatus.CLOSED, status_reason=REASON)
                .execution_options(synchronize_session=False)
            )
