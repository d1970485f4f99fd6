"""Which messages there are, how one is doing, and sending a failed one again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.core.db import db
from portal.core.keyset import read_position
from portal.messages.addresses import masked
from portal.messages.client.gateways import gateways_of
from portal.messages.models import MESSAGE_STATES, Message
from portal.messages.operations import sending
from portal.messages.purposes import purposes, title_of
from portal.messages.queries.messages import (
    NEWEST,
    OVER,
    Chosen,
    count_messages,
    message_with,
    page_of_messages,
    receiver_of,
    waiting_by_kind,
)
from portal.messages.views import bp
from portal.web.access import authorise, current_ability, load, requires
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, query_of

KINDS: dict[str, LazyString] = {"EMAIL": _l("E-mail"), "SMS": _l("SMS")}
STATES: dict[str, LazyString] = dict(
    zip(MESSAGE_STATES, (_l("Waiting"), _l("Being sent"), _l("Sent"), _l("Failed")), strict=True)
)


@bp.get("")
@requires("read", "Message")
def list_messages() -> Response:
    """The messages that the reader may see, newest first; what they say is never shown."""
    filters = _filters()
    chosen = Chosen(**{name: value for name, _label, _choices, value in filters})
    query = {name: [value] for name, _label, _choices, value in filters if value}
    ability = current_ability()
    messages = page_of_messages(db.session(), ability, chosen, read_position(request.args.get("at"), NEWEST))
    return page(
        "messages/list_messages.html",
        "messages",
        messages=messages,
        pager=pager(messages, count_messages(db.session(), ability, chosen), query),
        filters=filters,
        chips=[
            {"label": label, "value": dict(choices)[value], "url": here(query, **{name: None})}
            for name, label, choices, value in filters
            if value
        ],
        missing=_missing(),
        kinds=KINDS,
        masked=masked,
        title_of=title_of,
    )


Filter = tuple[str, str, Sequence[tuple[str, LazyString | str]], str | None]


def _filters() -> list[Filter]:
    """Name, label and choices of each filter, and what this address chooses; what nobody offers is no filter."""
    offered: list[tuple[str, str, Sequence[tuple[str, LazyString | str]]]] = [
        ("state", _("State"), list(STATES.items())),
        ("kind", _("Way"), list(KINDS.items())),
        ("purpose", _("About"), purposes()),
    ]
    given = query_of(request.args)
    found = []
    for name, label, choices in offered:
        wanted = given.get(name, [""])[-1]
        found.append((name, label, choices, wanted if wanted in dict(choices) else None))
    return found


def _missing() -> list[tuple[LazyString, str, int]]:
    """Each kind that cannot be sent although messages of it wait: its name, what is missing, how many wait."""
    gateways = gateways_of(current_app.config)
    lacking = {kind: said for kind, said in gateways.missing.items() if kind not in gateways.kinds}
    if not lacking:
        return []
    waiting = waiting_by_kind(db.session())
    return [(KINDS[kind], _(said), waiting.get(kind, 0)) for kind, said in lacking.items()]


@bp.get("/<uuid:uuid>")
@requires("read", "Message")
def show_message(uuid: UUID) -> Response:
    """One message: to whom, what for, how far; its fragment asks for itself until the message is sent or failed."""
    message = load(message_with(uuid), "read", Message)
    gateways = gateways_of(current_app.config)
    context: dict[str, Any] = {
        "message": message,
        "to": masked(message.kind, message.to),
        "kind": KINDS[message.kind],
        "title": title_of(message.purpose),
        "over": message.state in OVER,
        "missing": None if message.kind in gateways.kinds else gateways.missing[message.kind],
        "most_attempts": sending.MOST_ATTEMPTS,
    }
    return page("messages/show_message.html", "doing", receiver=receiver_of(db.session(), message), **context)


@bp.post("/<uuid:uuid>/retry")
@requires("update", "Message")
def retry_message(uuid: UUID) -> Response:
    """Send a message again that failed."""
    message = load(message_with(uuid), "read", Message)
    authorise("update", message)
    sending.retry(db.session(), uuid)
    db.session.commit()
    flash(_("The message is sent again."), "info")
    return see_other(url_for("messages.show_message", uuid=uuid))
