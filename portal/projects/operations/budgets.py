"""What may be spent in a project: set, changed for a reason, taken away.

The database keeps `spent` and refuses what would go beyond the amount, whoever writes at that moment; here it is said
in words. Locking the budget's row keeps a payout from being promised between the look and the change.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal, sentence
from portal.core.values.money import decimals_in, decimals_of, plain_amount
from portal.projects.models import ProjectBudget
from portal.projects.queries.budgets import budget_in
from portal.projects.queries.currencies import is_known

BELOW_SPENT = sentence(
    "%(spent)s %(currency)s is spent or promised already. A budget cannot be less than that."
)


def set_budget(session: Session, project: UUID, currency: str, amount: Decimal, *, by: int) -> None:
    """Set how much may be spent in a project in a currency or token that has no limit yet.

    The caller holds the project open. Raises Refusal at its field for a currency that is none or has a budget, for an
    amount that is finer than the currency, and for one below what is spent.
    """
    if not is_known(session, currency):
        raise Refusal("There is no such currency or token.", "currency")
    _check_fine(currency, amount)
    made = insert(ProjectBudget).values(project_id=project, currency=currency, created_by=by)
    session.execute(made.on_conflict_do_nothing(index_elements=["projectId", "currency"]))
    budget = budget_in(session, project, currency)
    if budget is None or budget.amount is not None:
        raise Refusal("There is a budget in this currency already. Change that one.", "currency")
    _give(session, budget, amount, by)


def change_budget(
    session: Session, budget: ProjectBudget, amount: Decimal | None, reason: str, *, version: int, by: int
) -> None:
    """Change how much may be spent; None takes the limit away. The caller has locked the row and holds the project
    open.

    Raises Conflict when somebody changed it since `version`, Refusal at its field without a reason, for an amount
    below what is spent, and for one that is finer than the currency.
    """
    if budget.version != version:
        raise Conflict("Somebody changed this budget while you did.")
    if not reason.strip():
        raise Refusal("Say why the budget changes.", "reason")
    if amount is not None:
        _check_fine(budget.currency, amount)
    budget.reason = reason.strip()
    _give(session, budget, amount, by)


def remove_budget(session: Session, budget: ProjectBudget) -> None:
    """Take away a budget out of which nothing is spent or promised. The caller has locked the row and holds the
    project open. Raises Refusal otherwise."""
    if budget.spent:
        raise Refusal("Something is spent or promised out of this budget, so it stays.")
    session.delete(budget)
    session.flush()


def _give(session: Session, budget: ProjectBudget, amount: Decimal | None, by: int) -> None:
    if amount is not None and amount < budget.spent:
        raise Refusal(BELOW_SPENT, "amount", spent=plain_amount(budget.spent), currency=budget.currency)
    budget.amount = amount
    budget.version += 1
    budget.updated_by = by
    budget.updated_at = func.now()
    session.flush()


def _check_fine(currency: str, amount: Decimal) -> None:
    most = decimals_in(currency)
    if decimals_of(amount) > most:
        raise Refusal("%(currency)s has %(most)s decimals at most.", "amount", currency=currency, most=most)
