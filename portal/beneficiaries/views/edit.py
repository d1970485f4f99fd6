"""Changing what is known of a person, so that nobody overwrites unseen what somebody else has saved meanwhile."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.beneficiaries.facts import PERSONAL, PersonFacts
from portal.beneficiaries.forms.person import EditForm
from portal.beneficiaries.operations.people import TAKEN, change
from portal.beneficiaries.queries.alike import Alike, people_alike
from portal.beneficiaries.queries.editing import Edited, person_to_edit
from portal.beneficiaries.queries.holders import Holder, holders
from portal.beneficiaries.views import bp
from portal.beneficiaries.wording import reason_words, score_words
from portal.core.db import db
from portal.core.errors import Conflict, Refusal, sentence
from portal.web.access import current_ability, requires
from portal.web.extras import has_row, row_of
from portal.web.htmx import page, see_other

LOOK_AGAIN = sentence("Look at who is registered or was deleted, and tick the box if this is somebody else.")
TELLING = frozenset({"name", "phone", "govt_id", "wallet"})
"""Facts by which people are told apart: who changes one is asked who may be the same, as who registers somebody."""
MASKED = frozenset({"phone", "govt_id"})
"""Facts that are never shown whole here: whoever needs them has them shown on the person's page, for a purpose."""


@dataclass(frozen=True)
class Difference:
    """A fact that is not what the editor typed: both values, and which of them is chosen at first."""

    fact: str
    label: Any
    mine: Any
    theirs: Any
    choice: str


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "Beneficiary")
def edit_beneficiary(uuid: UUID) -> Response:
    """Change a person's facts. Who filled in the form from an older state sees both values of each and takes either."""
    edited = _edited(uuid)
    form = _form(edited)
    if form.asks_for_a_row:
        form.extras.offer_row()
        return _ask(edited, form, 200)
    if not form.validate_on_submit():
        return _ask(edited, form, 422 if form.is_submitted() else 200)
    changes = form.changes()
    if form.read_version != edited.person.version:
        return _both(edited, form, changes)
    chosen = {fact: value for fact, value in changes.items() if _choice_of(fact) != "theirs"}
    if "extras" in chosen:
        chosen["extras"] = {**_without_row(edited.facts.extras), **chosen["extras"]}
    taken, alike = _doubles(edited, chosen)
    if _refused(form, taken, alike):
        return _ask(edited, form, 422, taken=taken, alike=alike)
    try:
        changed = change(
            db.session(), edited.person, edited.pii, chosen, current_ability(), version=form.read_version
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        typed = PersonFacts(phone=chosen.get("phone"), wallet=chosen.get("wallet"))
        taken = holders(db.session(), typed, current_ability(), besides=uuid)
        return _ask(_edited(uuid), form, refusal.status, taken=taken)
    db.session.commit()
    flash(
        _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed."),
        "success",
    )
    return see_other(url_for("beneficiaries.show_beneficiary", uuid=uuid))


def _edited(uuid: UUID) -> Edited:
    return person_to_edit(db.session(), uuid, current_ability(), locked=request.method == "POST")


def _doubles(edited: Edited, chosen: Mapping[str, Any]) -> tuple[Sequence[Holder], Sequence[Alike]]:
    """Who may be the person that the facts now tell of. Asked only where something was changed that tells people
    apart."""
    told = {fact: chosen[fact] for fact in TELLING & chosen.keys() if chosen[fact]}
    changed = {fact: value for fact, value in told.items() if value != getattr(edited.facts, fact)}
    if not changed:
        return (), ()
    session, ability, uuid = db.session(), current_ability(), edited.person.uuid
    asked = PersonFacts(**{fact: value for fact, value in changed.items() if fact != "name"})
    alike = people_alike(session, replace(edited.facts, **chosen), ability, besides=uuid)
    return holders(session, asked, ability, besides=uuid), alike


def _refused(form: EditForm, taken: Sequence[Holder], alike: Sequence[Alike]) -> bool:
    """Say at its field why the changes cannot be saved yet; whether there is anything of the kind."""
    for holder in taken:
        if holder.mark in TAKEN:
            form.refuse(Refusal(TAKEN[holder.mark], field=holder.mark))
    if not form.errors and (alike or taken) and not form.all_the_same.data:
        form.refuse(Refusal(LOOK_AGAIN, field="all_the_same"))
    return bool(form.errors)


def _form(edited: Edited) -> EditForm:
    """The form as this editor gets it: without the fields of which they do not know what is in them."""
    facts = edited.facts
    now = _comparable(facts)
    form = EditForm(
        data={
            **{fact: value.value if isinstance(value, StrEnum) else value for fact, value in now.items()},
            **dict.fromkeys(MASKED, ""),
            "extras": [row_of(key, value) for key, value in now["extras"].items()],
            "version": str(edited.person.version),
        }
    )
    hidden = (
        *(() if edited.personal else (*PERSONAL, "no_phone", "no_govt_id", "more")),
        *(() if edited.exact else ("latitude", "longitude")),
    )
    for name in hidden:
        del form[name]
    if edited.personal:
        form.extras.kept = frozenset(_without_row(facts.extras))
    if request.method == "GET":
        form.seen.data = _digests(form, now)
        if edited.personal:
            form.extras.offer_row()
    return form


def _comparable(facts: PersonFacts) -> dict[str, Any]:
    """What is known, as the form would say it: an age that follows from a birth date is not typed, and extras
    without a row stay out."""
    return {
        **vars(facts),
        "age": None if facts.birth_date else facts.age,
        "extras": {
            key: value for key, value in facts.extras.items() if key not in _without_row(facts.extras)
        },
    }


def _without_row(extras: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in extras.items() if not has_row(key, value)}


def _both(edited: Edited, form: EditForm, changes: Mapping[str, Any]) -> Response:
    """Somebody was first: show what they saved beside what was typed. The form goes on from their state, so that
    who sends it once more has seen it."""
    now, seen = _comparable(edited.facts), form.read_seen
    differences = [
        Difference(
            fact,
            form[fact].label.text,
            value,
            _in_part(fact, now[fact]),
            _choice_of(fact) or ("theirs" if seen.get(fact) == _digest(value) else "mine"),
        )
        for fact, value in changes.items()
        if _digest(value) != _digest(now[fact])
    ]
    form.refuse(Conflict("Somebody changed this person while you did."))
    form.version.data = str(edited.person.version)
    form.seen.data = _digests(form, now)
    return _ask(edited, form, 409, differences=differences)


def _choice_of(fact: str) -> str | None:
    """Which of two values the editor has chosen."""
    chosen = request.form.get(f"take-{fact}")
    return chosen if chosen in {"mine", "theirs"} else None


def _in_part(fact: str, value: Any) -> Any:
    if fact == "phone" and value:
        return f"{value[:4]}••••{value[-3:]}"
    return "••••"[: len(value)] if fact == "govt_id" and value else value


def _digests(form: EditForm, facts: Mapping[str, Any]) -> str:
    """What the form is filled from, by fact, but for what it does not show: tells later what was not touched."""
    shown = {fact: _digest(value) for fact, value in facts.items() if fact in form and fact not in MASKED}
    return json.dumps(shown)


def _digest(value: Any) -> str:
    told = json.dumps(value, default=str, sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def _ask(
    edited: Edited,
    form: EditForm,
    status: int,
    *,
    differences: list[Difference] | None = None,
    taken: Sequence[Holder] = (),
    alike: Sequence[Alike] = (),
) -> Response:
    known = {one.person.uuid for one in alike}
    if edited.personal:
        note_look("tbl_beneficiaries", str(edited.person.uuid), ("name", "email", "extras"))
    shown = page(
        "beneficiaries/edit_beneficiary.html",
        "extras",
        status=status,
        person=edited.person,
        name=edited.pii.name if edited.personal else None,
        form=form,
        here_url=url_for("beneficiaries.edit_beneficiary", uuid=edited.person.uuid),
        known={fact: _in_part(fact, getattr(edited.facts, fact)) for fact in MASKED},
        untouched=_without_row(edited.facts.extras) if edited.personal else {},
        differences=differences or [],
        taken=[holder for holder in taken if holder.uuid not in known],
        alike=alike,
        reason_words=reason_words,
        score_words=score_words,
    )
    db.session.commit()
    return shown
