"""Budgets: set, changed for a reason, and never below what is spent."""

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.projects.models import Project, ProjectBudget
from portal.projects.spending import Spending
from tests.projects.conftest import Ground

pytestmark = pytest.mark.database


def _budget(session: Session, project: Project) -> ProjectBudget:
    session.expire_all()
    return session.scalars(select(ProjectBudget).where(ProjectBudget.project_id == project.uuid)).one()


@pytest.fixture
def spent(here: Ground) -> ProjectBudget:
    """A budget of 500 rupees, 120.50 of which are spent."""
    budget = ProjectBudget(project_id=here.project.uuid, currency="NPR", amount=500, spent=Decimal("120.50"))
    here.session.add(budget)
    here.session.commit()
    return budget


def test_a_budget_is_set_once_in_a_currency(here: Ground, manager: FlaskClient) -> None:
    typed = {"currency": "NPR", "amount": "1 500.50"}
    assert manager.post(f"{here.url}/budgets/new", data=typed).status_code == 303
    assert _budget(here.session, here.project).amount == Decimal("1500.50")
    again = manager.post(f"{here.url}/budgets/new", data=typed)
    assert again.status_code == 422
    assert _budget(here.session, here.project).amount == Decimal("1500.50")


def test_a_limit_is_set_where_money_was_spent_without_one(here: Ground, manager: FlaskClient) -> None:
    here.session.add(ProjectBudget(project_id=here.project.uuid, currency="NPR", spent=100))
    here.session.commit()
    assert "100.00" in manager.get(f"{here.url}/budgets").text
    low = manager.post(f"{here.url}/budgets/new", data={"currency": "NPR", "amount": "99.99"})
    assert low.status_code == 422
    assert "100 NPR is spent or promised already" in low.text
    assert (
        manager.post(f"{here.url}/budgets/new", data={"currency": "NPR", "amount": "100"}).status_code == 303
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("", "Say how much may be spent."),
        ("0", "more than 0"),
        ("-5", "is not an amount"),
        ("NaN", "Write an amount in figures"),
        ("1e400", "is not an amount"),
        ("1,000", "can be read in two ways"),
        ("10.005", "2 decimals at most"),
        ("9" * 21, "more than an amount can be"),
    ],
)
def test_D11_what_is_no_exact_amount_is_refused_at_its_field(
    here: Ground, manager: FlaskClient, amount: str, said: str
) -> None:
    answer = manager.post(f"{here.url}/budgets/new", data={"currency": "NPR", "amount": amount})
    assert answer.status_code == 422
    error = re.search(r'id="amount-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert error
    assert said in error[1]


def test_D11_figures_of_other_scripts_are_amounts(here: Ground, manager: FlaskClient) -> None:
    assert (
        manager.post(f"{here.url}/budgets/new", data={"currency": "NPR", "amount": "١٢٣"}).status_code == 303
    )
    assert _budget(here.session, here.project).amount == 123


def test_E8_a_budget_is_never_less_than_what_is_spent(
    here: Ground, manager: FlaskClient, spent: ProjectBudget
) -> None:
    url = f"{here.url}/budgets/{spent.uuid}/edit"
    typed = {"version": "1", "amount": "120.49", "reason": "The donor took it back."}
    answer = manager.post(url, data=typed)
    assert answer.status_code == 422
    assert "120.5 NPR is spent or promised already" in answer.text
    assert manager.post(url, data={**typed, "amount": "120.5"}).status_code == 303
    now = _budget(here.session, here.project)
    assert (now.amount, now.reason, now.version) == (Decimal("120.5"), "The donor took it back.", 2)
    for write in ("amount = 100", "spent = 121"):
        with pytest.raises(IntegrityError), here.session.begin_nested():
            here.session.execute(text(f"UPDATE tbl_project_budgets SET {write}"))


def test_a_change_needs_a_reason_and_an_amount_or_the_box(
    here: Ground, manager: FlaskClient, spent: ProjectBudget
) -> None:
    url = f"{here.url}/budgets/{spent.uuid}/edit"
    assert manager.post(url, data={"version": "1", "amount": "900", "reason": " "}).status_code == 422
    for said in ({"amount": ""}, {"amount": "900", "no_limit": "y"}):
        assert manager.post(url, data={"version": "1", "reason": "Why", **said}).status_code == 422
    assert _budget(here.session, here.project).amount == 500
    free = {"version": "1", "amount": "", "no_limit": "y", "reason": "The donor pays what is needed."}
    assert manager.post(url, data=free).status_code == 303
    assert _budget(here.session, here.project).amount is None


def test_E5_a_stale_change_is_refused_with_what_stands_there_now(
    here: Ground, manager: FlaskClient, spent: ProjectBudget
) -> None:
    here.session.execute(text("UPDATE tbl_project_budgets SET amount = 777, version = 2"))
    url = f"{here.url}/budgets/{spent.uuid}/edit"
    answer = manager.post(url, data={"version": "1", "amount": "900", "reason": "Mine"})
    assert answer.status_code == 409
    assert "777.00" in answer.text
    assert 'value="900"' in answer.text
    assert _budget(here.session, here.project).amount == 777


def test_a_budget_goes_only_when_nothing_is_spent_of_it(
    here: Ground, manager: FlaskClient, spent: ProjectBudget
) -> None:
    assert manager.post(f"{here.url}/budgets/{spent.uuid}/remove").status_code == 422
    here.session.execute(text("UPDATE tbl_project_budgets SET spent = 0"))
    assert manager.post(f"{here.url}/budgets/{spent.uuid}/remove").status_code == 303
    assert here.session.scalars(select(ProjectBudget)).all() == []


def test_C3_a_budget_of_another_project_does_not_exist_here(
    here: Ground, manager: FlaskClient, spent: ProjectBudget
) -> None:
    elsewhere = f"/projects/{here.empty.uuid}/budgets/{spent.uuid}"
    assert manager.get(f"{elsewhere}/edit").status_code == 404
    assert manager.post(f"{elsewhere}/remove").status_code == 404


def test_a_bar_is_told_in_words_too(here: Ground, manager: FlaskClient, spent: ProjectBudget) -> None:
    shown = " ".join(re.sub(r"<[^>]+>", " ", manager.get(here.url).text).split())
    assert "120.50\u00a0NPR" in shown or "120.50 NPR" in shown
    assert "24%" in shown
    assert "is left" in shown


def test_shares_and_rests_are_exact() -> None:
    assert Spending("NPR", Decimal("500"), Decimal("120.5")).left == Decimal("379.5")
    assert Spending("NPR", Decimal("500"), Decimal("125")).share == 0.25
    assert Spending("NPR", None, Decimal("125")).share is None
    assert Spending("NPR", Decimal(0), Decimal(0)).share == 1
