"""The shape of a provider: its name, and a field for each thing that its adapter declares.

A secret is typed and never drawn: its field is empty again, whatever was typed, and one that is left empty keeps what
was saved.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import URLInput

from portal.core.values.money import currencies, plain_amount
from portal.core.values.text import ascii_digits
from portal.offramp.client.adapter import Setting
from portal.offramp.client.registry import Kind
from portal.offramp.operations.providers import FORGET, Told
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.reading import stripped

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_VALUE = 100, 1_000, 2_000
CODE = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
_NUMBER = re.compile(r"\d{1,13}(\.\d{1,8})?")


class ProviderForm(PortalForm):
    """What every provider has. The fields of an adapter's settings are added to it by `shaped`."""

    kind: Kind
    saved: Mapping[str, Any]

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the provider a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[stripped],
    )
    description = TextAreaField(
        _l("Description"),
        [Optional(), Length(max=LONGEST_DESCRIPTION), no_nul],
        filters=[stripped],
        render_kw={"rows": 2},
    )

    def told(self) -> Told:
        """What a valid form says."""
        return Told(
            self.name.data or "",
            self.description.data or None,
            {setting.key: self._value(setting) for setting in self.kind.settings},
        )

    def forget(self, setting: Setting) -> Field | None:
        """The box that takes a saved secret away, where there is one that may go."""
        found: Field | None = self._fields.get(_forget(setting))
        return found

    def ask_again(self) -> None:
        """Say at each secret that was typed that it has to be typed once more: pages never hold one."""
        for setting in self.kind.settings:
            if setting.kind == "secret" and self[setting.key].data:
                self[setting.key].description = _("Type it once more: a secret is never sent back to a page.")

    def _value(self, setting: Setting) -> Any:
        box = self.forget(setting)
        if box is not None and box.data and not self[setting.key].data:
            return FORGET
        value = self[setting.key].data
        return bool(value) if setting.kind == "flag" else (value or None)


class AddForm(OnceForm, ProviderForm):
    """A provider that is not there yet."""


class EditForm(ProviderForm):
    """A provider that is there."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """From which state the form was filled; -1 where it does not say."""
        said = self.version.data or ""
        return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else -1


def shaped(base: type[ProviderForm], kind: Kind, saved: Mapping[str, Any] | None = None) -> type[Any]:
    """The form of a provider of this kind, `saved` being its configuration where it has one."""
    fields: dict[str, Any] = {"kind": kind, "saved": saved or {}}
    for setting in kind.settings:
        fields[setting.key] = _field(setting, bool((saved or {}).get(setting.key)))
        if setting.kind == "secret" and not setting.required and (saved or {}).get(setting.key):
            fields[_forget(setting)] = BooleanField(
                _l("Take away what is kept as “%(name)s”", name=_l(setting.label))
            )
    return type(base.__name__, (base,), fields)


def shown(kind: Kind, saved: Mapping[str, Any]) -> dict[str, Any]:
    """What is saved of a configuration as its form shows it: everything but the secrets."""
    return {
        setting.key: _shown(setting, saved.get(setting.key))
        for setting in kind.settings
        if setting.kind != "secret"
    }


def _shown(setting: Setting, value: Any) -> Any:
    found = setting.default if value in (None, "") else value
    return plain_amount(found) if isinstance(found, Decimal) else found


def _forget(setting: Setting) -> str:
    return f"forget_{setting.key}"


def _field(setting: Setting, kept: bool) -> Field:
    label, hint = _l(setting.label), _l(setting.hint) if setting.hint else ""
    needed = [DataRequired(_l("Fill this in."))] if setting.required else [Optional()]
    bounds = [Length(max=LONGEST_VALUE), no_nul]
    match setting.kind:
        case "flag":
            return BooleanField(label, description=hint)
        case "choice":
            return SelectField(label, choices=[(one, one) for one in setting.choices], description=hint)
        case "secret":
            said = _l("One is saved. Leave this empty to keep it.") if kept else hint
            required = setting.required and not kept
            asked = [InputRequired(_l("Fill this in."))] if required else [Optional()]
            kw = {"autocomplete": "new-password", "spellcheck": "false", "dir": "ltr"}
            return PasswordField(label, [*asked, *bounds], description=said, render_kw=kw)
        case "number":
            kw = {"inputmode": "decimal", **CODE}
            check = _within(setting.least, setting.most)
            return StringField(label, [*needed, check], [stripped, _figures], hint, render_kw=kw)
        case "currency":
            return StringField(label, [*needed, _currency], [stripped, _capitals], hint, render_kw=CODE)
        case "url":
            return StringField(label, [*needed, *bounds], [stripped], hint, widget=URLInput(), render_kw=CODE)
    return StringField(label, [*needed, *bounds], [stripped], hint)


def _figures(text: str | None) -> str | None:
    return ascii_digits(text).replace("٫", ".") if text else text


def _capitals(text: str | None) -> str | None:
    return text.upper() if text else text


def _within(least: Decimal, most: Decimal) -> Any:
    def check(_form: PortalForm, field: Field) -> None:
        if _NUMBER.fullmatch(field.data or "") and least <= Decimal(field.data) <= most:
            return
        bounds = {"least": plain_amount(least), "most": plain_amount(most)}
        raise ValidationError(_("Write a number from %(least)s to %(most)s, such as 1.5.", **bounds))

    return check


def _currency(_form: PortalForm, field: Field) -> None:
    if field.data not in currencies():
        raise ValidationError(_("Write the three letters of a currency, such as NPR."))
