"""The ways in which one person signs in."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.enums import Service

SHOWN_AS = "shownAs"
"""In an account's details: the name by which a person recognises an account with another service."""


@dataclass(frozen=True)
class Method:
    """A way to sign in, as its owner sees it."""

    id: int
    service: Service
    shown_as: str | None
    last_login_at: dt.datetime | None
    created_at: dt.datetime


def methods_of(session: Session, user_id: int) -> list[Method]:
    """All ways in which a user signs in, in the order of the kinds."""
    rows = session.execute(_METHOD.where(Auth.user_id == user_id).order_by(Auth.service, Auth.id))
    return [_method(*row) for row in rows]


def method_of(session: Session, user_id: int, method_id: int) -> Method | None:
    """One of a user's own ways to sign in."""
    row = session.execute(_METHOD.where(Auth.user_id == user_id, Auth.id == method_id)).one_or_none()
    return _method(*row) if row else None


_METHOD = select(
    Auth.id,
    Auth.service,
    Auth.service_id,
    Auth.details[SHOWN_AS].astext,
    Auth.last_login_at,
    Auth.created_at,
)


def _method(
    id: int,
    service: Service,
    service_id: str,
    named: str | None,
    last_login_at: dt.datetime | None,
    created_at: dt.datetime,
) -> Method:
    """An address is shown as it is; the number that another service gave tells nobody anything."""
    own = service in {Service.EMAIL, Service.PHONE, Service.WALLET}
    return Method(id, service, service_id if own else named, last_login_at, created_at)
