"""Settings: changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.enums import SettingDataType
from portal.core.errors import Refusal
from portal.settings.models import Setting


def set_switch(session: Session, name: str, on: bool) -> None:
    """Switch a yes-or-no setting on or off. Raises Refusal for one that only the program may change."""
    _set(session, name, on, SettingDataType.BOOLEAN)


def set_values(session: Session, name: str, values: Mapping[str, str]) -> None:
    """Change a setting that holds several named values. Raises Refusal for one that only the program may change."""
    _set(session, name, dict(values), SettingDataType.OBJECT)


def _set(session: Session, name: str, value: Any, kind: SettingDataType) -> None:
    changed = session.scalar(
        upsert(Setting)
        .values(name=name, value=value, data_type=kind)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"value": value, "dataType": kind},
            where=~Setting.is_read_only,
        )
        .returning(Setting.name)
    )
    if changed is None:
        raise Refusal("The setting %(name)s cannot be changed.", name=name)
