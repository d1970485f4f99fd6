"""Grievances of the demo: complaints in every state, some of whose clocks have run out, with what was done about them.

What happened is told with the moment at which it did, so it is written as it would stand there by now, and not done
by operations, whose moments are always now.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject
from portal.core.enums import GrievanceStatus, GrievanceType
from portal.demo.programme import FLOOD, WINTER, named
from portal.grievances.models import (
    Grievance,
    GrievanceCalendar,
    GrievanceCategory,
    GrievanceChannel,
    GrievanceEvent,
    GrievanceHoliday,
    GrievanceRule,
)
from portal.grievances.operations import story
from portal.users.models import Role, User
from portal.users.roles import SUPERVISOR

NEW, REVIEW, RESOLVED, CLOSED = GrievanceStatus
MOVES = {
    "acknowledge": (REVIEW, story.ACKNOWLEDGED),
    "resolve": (RESOLVED, story.RESOLVED),
    "close": (CLOSED, story.CLOSED),
    "reopen": (REVIEW, story.REOPENED),
}


@dataclass(frozen=True)
class Deed:
    """Something that happened `hours` after the complaint came: one of `MOVES`, "ask", or a "note" among colleagues."""

    hours: float
    what: str
    words: str


@dataclass(frozen=True)
class Told:
    """A complaint that came `hours` before the demo was loaded. Who complained gave no name where `who` is empty;
    `person` says it is somebody of the project. Nobody is in charge of what is `untaken`."""

    title: str
    words: str
    hours: float
    category: str
    project: str = FLOOD
    channel: str = "Hotline"
    who: str = ""
    person: bool = True
    untaken: bool = False
    deeds: tuple[Deed, ...] = ()
    same_as: str | None = None


TOLD = (
    Told("पैसा आएन", "गाउँका सबैले पैसा पाए। मेरो नाम सूचीमा छ, तर मलाई कसैले बोलाएन।", 150, "Payment not received",
         channel="Help desk", untaken=True),
    Told("The second payment has not come", "The first came in the week of the flood. The second did not.", 30,
         "Payment not received", deeds=(
             Deed(3, "acknowledge", "We have your complaint and look at the payments of your household today."),
             Deed(5, "note", "The phone number in the list has two digits swapped. The shop holds the money."))),
    Told("Rice was two kilos short", "The sack was open. I weighed it at home, twice.", 52, "Goods or service",
         deeds=(Deed(6, "acknowledge", "Thank you for telling us. A colleague visits the shop this week."),
                Deed(28, "ask", "Do you still have the sack? Please tell us what is printed on it."))),
    Told("Why is my sister not on the list", "We lost the same house. I am on the list and she is not.", 700,
         "Registration and eligibility", channel="In person", deeds=(
             Deed(20, "acknowledge", "We wrote it down and ask the ward committee."),
             Deed(40, "note", "The committee meets only once a month. Called them, nobody answers."))),
    Told("Wrong name on the card", "My name is written like my mother’s.", 400, "Correction of data",
         channel="Help desk", deeds=(
             Deed(8, "acknowledge", "We correct it with your citizenship card. Please bring it along."),
             Deed(55, "resolve", "The name is corrected. The new card waits at the ward office."))),
    Told("Paid less than my neighbour", "We are six as well. They got more.", 600, "Wrong amount", deeds=(
             Deed(5, "acknowledge", "We compare both households and call you."),
             Deed(60, "resolve", "Your household was counted as four. It is six now, and the rest is paid on Friday."),
             Deed(130, "close", "She called: the money came, she is content."))),
    Told("The shop closes at noon", "I walk three hours, and then the door is shut.", 500, "Vendor’s behaviour", deeds=(
             Deed(7, "acknowledge", "We talk to the shop about its hours."),
             Deed(70, "resolve", "The shop promised to stay open until five on the days of the payments."),
             Deed(220, "reopen", "He went on Monday at two, and the door was shut."),
             Deed(230, "note", "This is the third complaint about these hours."))),
    Told("A man asked me for a part of my money", "He said that he had put my name on the list, and that it costs.", 26,
         "Fraud or corruption", person=False, deeds=(
             Deed(1, "acknowledge", "Thank you for your trust. Few people read this. Nobody may ask you for money."),
             Deed(4, "note", "The same description as in March. Talk to her alone, and not at the office."))),
    Told("When does the bus to the health post go", "They told me to ask you.", 300, "Question or suggestion",
         person=False, who="Bimala", deeds=(
             Deed(2, "close", "We do not run the bus. Gave her the number of the municipality, which does."),)),
    Told("Money for the flood", "It is the second time that I call. My name is on the list.", 140,
         "Payment not received", same_as="पैसा आएन",
         deeds=(Deed(4, "close", "The same household has complained about this already."),)),
    Told("Дрова не привезли", "Обіцяли до першого морозу. Уже сніг.", 2, "Goods or service", WINTER),
    Told("Ödeme kartım çalışmıyor", "Üç kez denedim, makine kartı geri verdi.", 90, "Payment not received", WINTER,
         deeds=(Deed(10, "acknowledge", "Kartınızı bankayla kontrol ediyoruz."),)),
)  # fmt: skip
"""From each state something, in the languages of those who complain."""

HOLIDAYS = (("01-11", "पृथ्वी जयन्ती"), ("05-01", "श्रमिक दिवस"), ("09-19", "संविधान दिवस"))
"""Month and day, and name, of some that come every year."""


def add_cases(session: Session, now: dt.datetime) -> None:
    """The calendar of one project, a rule of assignment, and complaints of the weeks before `now`."""
    _set_up(session, now.year)
    users = dict(session.execute(select(User.email, User.id).where(User.email.like("%@example.org"))).all())
    officer, supervisor = users["officer@example.org"], users["supervisor@example.org"]
    terms = {one.name: one for one in session.scalars(select(GrievanceCategory))}
    channels = dict(session.execute(select(GrievanceChannel.name, GrievanceChannel.uuid)).all())
    people = {project: _people_of(session, project) for project in (FLOOD, WINTER)}
    for told in TOLD:
        person = people[told.project].pop() if told.person else None
        category = terms[told.category]
        came = now - dt.timedelta(hours=told.hours)
        case = Grievance(
            uuid=named("grievance", told.title),
            title=told.title,
            description=told.words,
            reported_by=person[1] if person else told.who,
            reporter_contact=person[2] if person else "",
            reporter_user_id=officer,
            created_by=officer,
            type=GrievanceType.NON_TECHNICAL,
            project_id=named("project", told.project),
            category_id=category.uuid,
            channel_id=channels[told.channel],
            priority=category.priority,
            is_sensitive=category.is_sensitive,
            beneficiary_id=person[0] if person else None,
            assignee_id=None if told.untaken else supervisor,
            duplicate_of=named("grievance", told.same_as) if told.same_as else None,
            created_at=came,
        )
        session.add(case)
        session.flush()
        session.add(_event(case, story.OPENED, came, officer, is_public=True))
        for deed in told.deeds:
            _do(session, case, deed, came, supervisor)
        session.flush()


def _set_up(session: Session, year: int) -> None:
    own = GrievanceCalendar(
        uuid=named("calendar", FLOOD),
        project_id=named("project", FLOOD),
        days=[1, 2, 3, 4, 5, 7],
        opens=dt.time(10),
        closes=dt.time(17),
        time_zone="Asia/Kathmandu",
    )
    session.add(own)
    session.flush()
    session.add_all(
        GrievanceHoliday(calendar_id=own.uuid, day=dt.date.fromisoformat(f"{each}-{day}"), name=name)
        for each in (year, year + 1)
        for day, name in HOLIDAYS
    )
    role = session.scalars(select(Role.id).where(Role.name == SUPERVISOR)).one()
    session.add(GrievanceRule(uuid=named("rule", SUPERVISOR), position=1, role_id=role))
    session.flush()


def _people_of(session: Session, project: str) -> list[tuple[UUID, str, str]]:
    """Some people of a project who have a phone: uuid, name, phone."""
    rows = session.execute(
        select(Beneficiary.uuid, BeneficiaryPii.name, BeneficiaryPii.phone)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .join(BeneficiaryProject, BeneficiaryProject.beneficiary_id == Beneficiary.uuid)
        .where(
            BeneficiaryProject.project_id == named("project", project),
            Beneficiary.deleted_at.is_(None),
            BeneficiaryPii.phone.like("+%"),
        )
        .order_by(Beneficiary.uuid)
        .limit(len(TOLD))
    )
    return [(uuid, name or "", phone) for uuid, name, phone in rows]


def _do(session: Session, case: Grievance, deed: Deed, came: dt.datetime, by: int) -> None:
    at = came + dt.timedelta(hours=deed.hours)
    if deed.what == "note":
        session.add(_event(case, story.NOTE, at, by, deed.words))
        return
    if deed.what == "ask":
        case.waiting_since = at
        session.add(_event(case, story.ASKED, at, by, deed.words, is_public=True))
        return
    after, kind = MOVES[deed.what]
    event = _event(case, kind, at, by, deed.words, is_public=True)
    event.from_status, event.to_status = case.status, after
    case.status, case.status_at, case.status_reason = after, at, deed.words
    session.add(event)
    session.flush()


def _event(
    case: Grievance, kind: str, at: dt.datetime, by: int, words: str | None = None, *, is_public: bool = False
) -> GrievanceEvent:
    return GrievanceEvent(
        grievance_id=case.uuid, kind=kind, body=words, created_by=by, created_at=at, is_public=is_public
    )
