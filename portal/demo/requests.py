"""Who asks for an account in the demo: the form is open, and requests in two states wait for a decision."""

from sqlalchemy.orm import Session

from portal.core.enums import SignupStatus
from portal.demo.staff import COLLEAGUES
from portal.signups.kinds import Kind
from portal.signups.models import SignUp
from portal.signups.operations.asking import Request, ask_for_account, open_sign_ups

WAITING = (
    Request(
        "Sushila Chaudhary",
        "sushila@example.org",
        None,
        "Bardiya Relief Network",
        "I visit households in two wards and would register them on my phone.",
    ),
    Request(
        "Oyelaran Adébáyọ̀",
        "oyelaran@example.org",
        None,
        "Cash Learning Circle",
        "I look after the figures of our donors and need to see them, nothing more.",
    ),
)
SHOP = Request(
    "Gita Mandal",
    "gita@example.org",
    "+12015550199",
    "Mandal Seeds and Tools",
    "Seeds, hoes and tarpaulins. We deliver along the river by boat.",
    kind=Kind.VENDOR,
    place="Harinagara, Sunsari",
)
TAKEN = Request(
    "Mikael Demo",
    COLLEAGUES[1].email,
    None,
    "Rahat",
    "I forgot that I have an account already.",
)


def add_requests(session: Session) -> None:
    """Open the form, and have three people and a vendor use it; one of them has an account with the same address."""
    open_sign_ups(session, True)
    for request in (*WAITING, SHOP, TAKEN):
        ask_for_account(session, request)
    failed = session.query(SignUp).filter_by(user_identifier=TAKEN.email).one()
    failed.status = SignupStatus.FAILED
    failed.failed_reason = "Somebody with this e-mail address is a user already."
    session.flush()
