"""Settings: changed."""

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.enums import SettingDataType
from portal.core.errors import Refusal
from portal.settings.models import Setting


def set_switch(session: Session, name: str, on: bool) -> None:
    """Switch a yes-or-no setting on or off. Raises Refusal for one that only the program may change."""
    changed = session.scalar(
        upsert(Setting)
        .values(name=name, value=on, data_type=SettingDataType.BOOLEAN)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"value": on, "dataType": SettingDataType.BOOLEAN},
            where=~Setting.is_read_only,
        )
        .returning(Setting.name)
    )
    if changed is None:
        raise Refusal("The setting %(name)s cannot be changed.", name=name)
