"""In which language and time zone a page is written."""

from flask import Flask
from flask_babel import Babel, get_locale

babel = Babel()


def init_language(app: Flask) -> None:
    """English until the translations are there; each visible string already goes through gettext."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", app.config.get("PORTAL_TIMEZONE", "UTC"))
    babel.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["get_locale"] = get_locale
