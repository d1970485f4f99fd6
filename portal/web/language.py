"""In which language and time zone a page is written.

A person's own choice comes first, then that of this browser's cookie, then what the browser asks for, then English.
The choice is kept with the person (`preferences`) and in the cookie, which speaks for those who are not
signed in, and on pages that must not ask the database who is there.
"""

from functools import cached_property
from io import BytesIO
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal.core.person import LANGUAGE, Person
from portal.core.places import PACKAGE
from portal.web.phrases import written

LANGUAGES = {"en": "English", "ne": "नेपाली", "ar": "العربية", "fr": "Français"}
"""Code → what its own speakers call it. English needs no catalogue: its sentences are the keys of the others."""
LOCALES = {code: Locale(code) for code in LANGUAGES}
ENGLISH = "en"
COOKIE = "language"
YEAR = 31_536_000


def read_catalogue(language: str) -> NullTranslations:
    """The words of a language, from its `messages.po`: a seventh of a second and half a megabyte, once for a process.

    So a new translation needs no step between writing and seeing it, and no file made by a machine is kept.
    """
    if language == ENGLISH:
        return NullTranslations()
    with (PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, "messages")


class Catalogues(Domain):
    """The translations, each read when its language is first spoken. A page has hundreds of words, and Flask-Babel
    spells the language's name for each of them before it looks."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._read: dict[str, NullTranslations] = {}

    def gettext(self, string: str, **variables: Any) -> str:
        """A sentence in the language of this page, with numbers as its reader writes them."""
        return str(super().gettext(string, **written(variables)))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The same of a sentence that counts something, in the form that goes with `num`."""
        words: str = self.get_translations().ungettext(singular, plural, num)
        return words % written({"num": num, **variables})

    def pgettext(self, context: str, string: str, **variables: Any) -> str:
        """A word that means several things, as it is said where it means what `context` tells."""
        return str(super().pgettext(context, string, **written(variables)))

    def get_translations(self) -> NullTranslations:
        """Those of the language of this page; of English where there is none, as in a job."""
        language = language_of_page()
        found = self._read.get(language)
        if found is None:
            found = self._read[language] = read_catalogue(language)
        return found


class PortalBabel(Babel):
    """Flask-Babel with the catalogues above."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        """What words are looked up in where no other domain is named."""
        return Catalogues(domain=self.domain)


babel = PortalBabel()


def known(language: object) -> str | None:
    """The code itself if it is that of a language of ours."""
    return language if isinstance(language, str) and language in LANGUAGES else None


def language_of_page() -> str:
    """The code of the language that this page is written in."""
    locale = get_locale()
    return locale.language if locale is not None else ENGLISH


def speak_to(person: Person) -> None:
    """From here on this request's answer is in the language that the person chose, if they chose one."""
    choose(known(person.preferences.get(LANGUAGE)))


def choose(language: str | None) -> None:
    """Answer this request in `language`, and let the browser remember it; None leaves it to the browser."""
    g.language = language
    refresh()


def speak(language: str | None) -> None:
    """Answer this one request in `language`, if it is one of ours, and let nothing remember it: for pages that leave
    nothing behind in a browser, and for what is printed for others."""
    g.spoken = known(language)
    refresh()


@pass_eval_context
def _said(context: EvalContext, text: str, **variables: Any) -> str:
    """What `_` is in templates. Every text is a pattern, as with Jinja's own: a per cent sign is written `%%`."""
    return _filled(context, _words().ugettext(text), variables)


@pass_eval_context
def _counted(context: EvalContext, singular: str, plural: str, num: int, **variables: Any) -> str:
    """What `ngettext` is in templates."""
    return _filled(context, _words().ungettext(singular, plural, num), {"num": num, **variables})


@pass_eval_context
def _meant(context: EvalContext, meaning: str, text: str, **variables: Any) -> str:
    """What `pgettext` is in templates: the meaning first."""
    return _filled(context, _words().upgettext(meaning, text), variables)


def _words() -> NullTranslations:
    """The same as Flask-Babel's own, without its asking which domain of which application."""
    return babel.domain_instance.get_translations()


def _filled(context: EvalContext, words: str, variables: dict[str, Any]) -> str:
    return (Markup(words) if context.autoescape else words) % written(variables)  # noqa: S704 -- our own words


def _select() -> Locale:
    if not has_request_context():
        return LOCALES[ENGLISH]
    chosen = g.get("spoken") or g.get("language") or known(request.cookies.get(COOKIE))
    return LOCALES[chosen or _asked_for() or ENGLISH]


def _asked_for() -> str | None:
    """The language that the browser asks for first, of ours: that of a country is the language."""
    tags = (
        tag.replace("_", "-").partition("-")[0].lower()
        for tag, quality in request.accept_languages
        if quality
    )
    return next(filter(known, tags), None)


def _say_which(response: Response) -> Response:
    """No cache may give one reader's language to another. And the cookie follows what its person chose, here or in
    another browser."""
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    chosen = g.get("language")
    if chosen and request.cookies.get(COOKIE) != chosen:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response


def init_language(app: Flask) -> None:
    """Let each page speak its reader's language."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", app.config.get("PORTAL_TIMEZONE", "UTC"))
    babel.init_app(app, locale_selector=_select)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(
        get_locale=get_locale, languages=LANGUAGES, _=_said, gettext=_said, ngettext=_counted, pgettext=_meant
    )
    app.after_request(_say_which)
