"""The models behind the names that rules call subjects."""

from typing import Any

from portal.core.abilities.fields import field_of
from portal.core.abilities.rules import BadCondition
from portal.core.db import Base

_models: dict[str, type[Any]] = {}


def model_named(subject: str) -> type[Any] | None:
    """The model that rules call `subject`, or whose guarded rows they do; None for `all` and for what is no model."""
    if subject not in _models:
        models = [mapper.class_ for mapper in Base.registry.mappers]
        _models.update({model.__name__: model for model in models})
        guarded = [model for model in models if hasattr(model, "__ability_guarded__")]
        _models.update({model.__ability_guarded__[0]: model for model in guarded})
    return _models.get(subject)


def field_names(model: Any) -> list[str]:
    """The fields that conditions on a model may name, in the order of its columns, its own additions first."""
    added = list(getattr(model, "__ability_fields__", {}))
    own = [column.name for column in model.__table__.columns]
    return [name for name in dict.fromkeys(added + own) if _can_be_asked(model, name)]


def _can_be_asked(model: Any, name: str) -> bool:
    try:
        field_of(model, name)
    except BadCondition:
        return False
    return True
