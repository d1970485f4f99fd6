"""The registry of providers: added, changed, put to work and aside, deleted and brought back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.offramp.client.adapter import Adapter, ProviderFault
from portal.offramp.client.registry import KINDS, Kind, adapter_of
from portal.offramp.client.setup import is_sealed, sealed
from portal.offramp.models import OfframpProvider
from portal.offramp.queries.providers import open_requests, provider_named

FORGET = object()
"""In the place of a secret that is to go."""


@dataclass(frozen=True)
class Told:
    """What a form says of a provider. `values` are its settings by key: text, yes or no; of a secret None keeps it, and
    FORGET takes it away."""

    name: str
    description: str | None
    values: Mapping[str, Any] = field(repr=False)


def add_provider(
    session: Session, kind: Kind, told: Told, config: Mapping[str, Any], *, by: int, uuid: UUID
) -> OfframpProvider:
    """Add a provider, which is put to work later. Raises Refusal at its field where it cannot be set up so."""
    _refuse_taken(session, told.name, None)
    packed = _packed(kind, told.values, {}, config)
    _try_out(uuid, kind, packed, config)
    added = OfframpProvider(
        uuid=uuid,
        name=told.name,
        description=told.description,
        adapter=kind.key,
        config=packed,
        created_by=by,
    )
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError as clash:
        _refuse_taken(session, told.name, None)
        raise Conflict("This provider is there already.") from clash
    return added


def change_provider(
    session: Session, found: OfframpProvider, told: Told, config: Mapping[str, Any], *, version: int, by: int
) -> bool:
    """Change what is known of a provider; whether anything is different. The caller has locked the row.

    Raises Conflict when somebody changed it since `version`, Refusal as adding does.
    """
    if found.version != version:
        raise Conflict("Somebody changed this provider while you did.")
    kind = KINDS[found.adapter]
    packed = _packed(kind, told.values, found.config, config)
    columns = {"name": told.name, "description": told.description, "config": packed}
    different = {name: value for name, value in columns.items() if getattr(found, name) != value}
    if not different:
        return False
    _refuse_taken(session, told.name, found.uuid)
    _try_out(found.uuid, kind, packed, config)
    try:
        with session.begin_nested():
            for name, value in different.items():
                setattr(found, name, value)
            found.version, found.updated_by = version + 1, by
            session.flush()
    except IntegrityError:
        _refuse_taken(session, told.name, found.uuid)
        raise
    return True


def activate(session: Session, found: OfframpProvider, config: Mapping[str, Any], *, by: int) -> bool:
    """Put a provider to work: requests can be made to it. The caller has locked the row.

    Raises Refusal where it is not set up; whether it was at rest before.
    """
    if found.is_active:
        return False
    _try_out(found.uuid, KINDS[found.adapter], found.config, config)
    found.is_active, found.updated_by = True, by
    session.flush()
    return True


def deactivate(session: Session, found: OfframpProvider, *, by: int) -> bool:
    """Put a provider aside: it gets nothing new, and what is under way is followed. Whether it was at work before."""
    if not found.is_active:
        return False
    found.is_active, found.updated_by = False, by
    session.flush()
    return True


def delete_provider(session: Session, found: OfframpProvider, *, by: int) -> None:
    """Take a provider out of use. The caller has locked the row, so that no request is made meanwhile.

    Raises Refusal while requests to it are open.
    """
    number = open_requests(session, found.uuid)
    if number:
        raise Refusal("Requests to this provider are still open: complete them or give them up first.")
    found.is_active, found.deleted_at, found.updated_by = False, func.now(), by
    session.flush()


def restore_provider(session: Session, found: OfframpProvider, *, by: int) -> None:
    """Bring a deleted provider back, at rest."""
    found.deleted_at, found.updated_by = None, by
    session.flush()


def seal_clear(session: Session, config: Mapping[str, Any]) -> int:
    """Seal every secret that lies open in a provider's configuration; how many providers had one.

    A provider that somebody changes at this moment waits for the next time.
    """
    changed, instance = 0, Path(config["PORTAL_INSTANCE"])
    for found in session.scalars(select(OfframpProvider).with_for_update(skip_locked=True)):
        closed = _closed(KINDS[found.adapter], found.config, instance)
        if closed != found.config:
            found.config = closed
            changed += 1
    session.flush()
    return changed


def _closed(kind: Kind, saved: Mapping[str, Any], instance: Path) -> dict[str, Any]:
    """A configuration with every secret sealed."""
    secrets = {setting.key for setting in kind.settings if setting.kind == "secret"}
    return {
        key: sealed(instance, str(value)) if key in secrets and value and not is_sealed(value) else value
        for key, value in saved.items()
    }


def _packed(
    kind: Kind, values: Mapping[str, Any], former: Mapping[str, Any], config: Mapping[str, Any]
) -> dict[str, Any]:
    """The configuration as it is saved: secrets sealed, what nobody declares any more kept as it was."""
    instance = Path(config["PORTAL_INSTANCE"])
    packed = _closed(kind, former, instance)
    for setting in kind.settings:
        value = values.get(setting.key)
        if setting.kind != "secret":
            packed[setting.key] = value
        elif value is FORGET:
            packed.pop(setting.key, None)
        elif value:
            packed[setting.key] = sealed(instance, value)
    return packed


def _try_out(uuid: UUID, kind: Kind, packed: Mapping[str, Any], config: Mapping[str, Any]) -> Adapter:
    """The adapter that comes of a configuration. Raises Refusal where none does, at the address if it has one."""
    try:
        return adapter_of(uuid, kind.key, packed, config)
    except ProviderFault as fault:
        urls = [setting.key for setting in kind.settings if setting.kind == "url"]
        raise Refusal(fault.words, field=urls[0] if urls else None) from None


def _refuse_taken(session: Session, name: str, but: UUID | None) -> None:
    other = provider_named(session, name)
    if other is None or other.uuid == but:
        return
    if other.deleted_at is not None:
        raise Refusal("A deleted provider has this name. Restore it, or choose another name.", "name")
    raise Refusal("There is a provider of this name already.", "name")
