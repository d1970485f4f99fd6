"""In which language and time zone a page is written."""

from functools import cached_property

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, get_locale


class Catalogues(Domain):
    """The translations, one for a language. A page has hundreds of words, and Flask-Babel spells the language's
    name for each of them before it looks."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._last: tuple[Locale | None, NullTranslations] | None = None

    def get_translations(self) -> NullTranslations:
        """Those of the language of this page."""
        locale, last = get_locale(), self._last
        if last is not None and last[0] is locale:
            return last[1]
        found: NullTranslations = super().get_translations()
        if locale is not None:
            self._last = (locale, found)
        return found


class PortalBabel(Babel):
    """Flask-Babel with the catalogues above."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        """What words are looked up in where no other domain is named."""
        return Catalogues(domain=self.domain)


babel = PortalBabel()


def init_language(app: Flask) -> None:
    """English until the translations are there; each visible string already goes through gettext."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", app.config.get("PORTAL_TIMEZONE", "UTC"))
    babel.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["get_locale"] = get_locale
