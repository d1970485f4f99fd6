"""In which language a public page is written: the one that its address names, and nothing remembers it."""

from typing import Any

from flask import request, url_for

from portal.web.language import LANGUAGES, known, language_of_page, speak


def speak_as_asked() -> None:
    """Answer in the language of the address; without one, in the one that the browser asks for."""
    speak(known(request.args.get("language")))


def switch_of(endpoint: str, **values: Any) -> list[dict[str, Any]]:
    """The same page in each language, as links: code, name, url, current."""
    return [
        {
            "code": code,
            "name": name,
            "url": url_for(endpoint, **{**values, "language": code}),
            "current": code == language_of_page(),
        }
        for code, name in LANGUAGES.items()
    ]


def here_in_language(endpoint: str, **values: Any) -> str:
    """The address of a public page in the language of this one, where an address has named it; it goes along."""
    named = known(request.args.get("language"))
    return url_for(endpoint, **({**values, "language": named} if named else values))
