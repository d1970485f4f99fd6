"""One request's page: where it stands, what may be done next, and everything that happened to it, as it happens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request

from portal.audit import purposes
from portal.audit.looks import note_look
from portal.beneficiaries.forms import RevealForm
from portal.core.db import db
from portal.core.enums import OfframpStatus, ProjectStatus
from portal.offramp.chains import NONE
from portal.offramp.queries.columns import knows_colleagues
from portal.offramp.queries.marking import may_be_marked
from portal.offramp.queries.request import (
    callbacks_of,
    request_of,
    request_with,
    story_of,
    tries_of,
    troubles_of,
)
from portal.offramp.views import bp
from portal.offramp.views.story import lines_of
from portal.offramp.wording import ATTEMPT_LABELS, CALLBACK_LABELS
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, wants_fragment

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus
STAND_IN = UUID(int=0)
"""What is drawn once for all requests has this in its addresses, and gets the request's own uuid when it is shown."""


@dataclass(frozen=True)
class Offers:
    """What the reader can do with a request now. `own`: they could let it go, had they not made it."""

    check: bool = False
    withdraw: bool = False
    release: bool = False
    own: bool = False
    deposit: bool = False
    fail: bool = False
    retry: bool = False
    give_up: bool = False
    prove: bool = False


@bp.get("/<uuid:uuid>")
@requires("read", "OfframpRequest")
def show_request(uuid: UUID) -> Response:
    """All about one request. Its page asks for what is new until that has come to an end; 204 says that nothing is."""
    return show(uuid)


def show(
    uuid: UUID,
    status: int = 200,
    *,
    refused: PortalForm | None = None,
    reveal: RevealForm | None = None,
    phone: str | None = None,
) -> Response:
    """The page. `refused` says why something was not done; `reveal` asks once more what the receiver's phone is wanted
    for, and `phone` is that, to be shown this once.

    Of who is on no other record this page is the record: that somebody looked at it is noted.
    """
    session, ability = db.session(), current_ability()
    found = request_of(session, uuid, ability)
    seen = request.args.get("seen")
    if wants_fragment() and seen == found.heard:
        return Response(status=204)
    troubles = troubles_of(session, uuid)
    again = seen is not None and wants_fragment()
    if found.receiver_known and found.receiver and not found.beneficiaryId and not again and phone is None:
        note_look("tbl_offramps", str(uuid), ("receiverName",))
    shown = page(
        "offramp/show_request.html",
        "receiver" if reveal or phone else "live",
        status=status,
        request_=found,
        offers=offers_on(found, troubles),
        stands=standing_of(found),
        ended=found.status in (COMPLETED, FAILED) or found.deletedAt is not None,
        story=lines_of(story_of(session, uuid, ability)),
        tries=tries_of(session, uuid),
        callbacks=callbacks_of(session, uuid),
        troubles=troubles,
        tx_hash=shown_hash(found.tx_hash),
        colleagues=knows_colleagues(ability),
        attempt_labels=ATTEMPT_LABELS,
        callback_labels=CALLBACK_LABELS,
        again=again,
        refused=refused.form_errors if refused else (),
        asks=bool(found.phone and found.phone_known and phone is None),
        reveal_form=reveal_form,
        reveal=reveal,
        phone=phone,
        stand_in=STAND_IN,
    )
    session.commit()
    return shown


def reveal_form() -> RevealForm:
    """The question what a phone is wanted for."""
    form = RevealForm()
    purposes.offer(form, "reveal")
    return form


def standing_of(found: Any) -> str:
    """Where a request stands, in one word more than its status says."""
    if found.deletedAt is not None:
        return "WITHDRAWN"
    if found.status == PENDING:
        if found.needsRelease and found.releasedBy is None:
            return "UNRELEASED"
        if found.requestId is None:
            return "UNANNOUNCED" if found.provider_active else "HALTED"
        return "UNDEPOSITED" if found.tx_hash is None else "READY"
    if found.status == PROCESSING:
        return "UNSURE" if found.standing == "UNKNOWN" else "UNDER_WAY"
    if found.status == FAILED:
        return "FAILED" if found.endedAt is None else "GIVEN_UP"
    return "COMPLETED"


def offers_on(found: Any, troubles: Any = ()) -> Offers:
    """What the rules, the state and the project leave to do for this reader."""
    if found.deletedAt is not None:
        return Offers()
    update = bool(found.may_update)
    pending, open_ = found.status == PENDING, found.project_status in (None, ProjectStatus.ACTIVE)
    waits = pending and found.needsRelease and found.releasedBy is None
    own = found.createdBy == current_person().id
    failed = update and found.status == FAILED and found.endedAt is None
    contested = any(trouble.kind == "CONFLICT" for trouble in troubles)
    return Offers(
        check=update and (found.status == PROCESSING or (pending and not waits and _is_at_work(found))),
        withdraw=update and pending and not found.tries,
        release=bool(found.may_approve) and waits and not own,
        own=bool(found.may_approve) and waits and own,
        deposit=update and pending and found.requestId is not None and found.tx_hash is None,
        fail=update and found.status == PROCESSING and _may_be_marked(found),
        retry=failed and open_ and not contested,
        give_up=failed and not contested,
        prove=update,
    )


def _is_at_work(found: Any) -> bool:
    """Whether a worker has something to do for a request that waits."""
    return found.requestId is None or found.tx_hash is not None


def _may_be_marked(found: Any) -> bool:
    session = db.session()
    return may_be_marked(session, session.scalars(request_with(found.uuid)).one())


def shown_hash(tx_hash: str | None) -> str | None:
    """The hash of a transfer on a chain; None where there is none, or no tokens moved."""
    return None if tx_hash is None or tx_hash.startswith(NONE) else tx_hash
