"""All that the portal says, gathered from code and templates, and the catalogues kept up with it.

`python -m tests.house.messages` (`make messages`) adds to each catalogue what was written since, takes out what is no
longer said, and names what waits for its translation. A sentence is found by how it is said: through gettext, or as the
message of what refuses, which `web` translates. Where to look stands in pyproject.toml.
"""

import ast
import io
import sys
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import wtforms
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.web.language import ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parent.parent.parent
"""The checkout."""
TRANSLATED = tuple(code for code in LANGUAGES if code != ENGLISH)
MESSAGE = {
    "_": (0,),
    "_l": (0,),
    "gettext": (0,),
    "lazy_gettext": (0,),
    "ngettext": (0, 1),
    "pgettext": (1,),
    "lazy_pgettext": (1,),
    "Words": (0,),
    "sentence": (0,),
    "step": (0,),
    "Refusal": (0,),
    "Conflict": (0,),
    "Overreach": (0,),
    "FileRefused": (0,),
    "BadCondition": (0,),
    "NotTaken": (0,),
    "Misconfigured": (0,),
    "Problem": (2,),
    "Note": (2,),
}
"""What is called with texts that people read, and at which places among its arguments they stand."""
IN_A_MEANING = ("pgettext", "lazy_pgettext")
"""What says a word that means several things: its first argument tells which of them is meant here."""
FORMS = [
    file
    for place in ("fields/*.py", "validators.py")
    for file in sorted(Path(next(iter(wtforms.__path__))).glob(place))
]
TO_PROGRAMMERS = {"Choices cannot be None.", "Invalid field name '%s'."}
"""What WTForms says, and not to the people who fill in a form."""


def sentences(
    file: io.BufferedIOBase, _keywords: object, _comment_tags: object, options: object
) -> Iterator[tuple[int, str | None, str | tuple[str, ...], list[str]]]:
    """The texts of a Python file, for Babel. Of a choice between two, both."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        places = MESSAGE.get(name, ())
        said = [list(_texts(node.args[place])) for place in places if place < len(node.args)]
        if len(said) == 2 and all(said):
            yield node.lineno, "ngettext", (said[0][0], said[1][0]), []
        elif said and name in IN_A_MEANING:
            for text, meaning in product(said[0], _texts(node.args[0])):
                yield node.lineno, "pgettext", (meaning, text), []
        elif said:
            yield from ((node.lineno, None, text, []) for text in said[0])


def _texts(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from (*_texts(argument.body), *_texts(argument.orelse))


def gather() -> Catalog:
    """All that the portal says, where pyproject.toml tells to look, and what fields of forms say by themselves."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    ways = [(each["pattern"], each["method"]) for each in settings]
    options = {
        each["pattern"]: {name: str(value) for name, value in each.get("options", {}).items()}
        for each in settings
    }
    catalogue = Catalog(project="Rahat Portal", charset="utf-8")
    keywords = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    for file, _line, text, _comments, context in extract_from_dir(ROOT, ways, options, keywords):
        catalogue.add(text, None, [(file, 1)], context=context)
    for said_by_fields in FORMS:
        with said_by_fields.open("rb") as source:
            for _line, _kind, text, _comments in sentences(source, (), (), None):
                if text not in TO_PROGRAMMERS:
                    catalogue.add(text, None, [("wtforms", 1)])
    return catalogue


def catalogue_of(language: str) -> Path:
    """Where a language's translations stand."""
    return ROOT / "portal" / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's translations; none yet for one that is new."""
    path = catalogue_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, translations: Catalog, said: Catalog) -> None:
    """Keep of a catalogue what is still said, in the order of the files that say it."""
    kept = Catalog(locale=language, project="Rahat Portal", charset="utf-8")
    for message in sorted(said, key=lambda one: (sorted(one.locations), str(one.id), one.context or "")):
        if message.id:
            found = translations.get(message.id, message.context)
            string = (
                found.string if found is not None and found.id == message.id and not found.fuzzy else None
            )
            kept.add(
                message.id,
                string or ("" if isinstance(message.id, str) else ("",) * kept.num_plurals),
                sorted(set(message.locations)),
                context=message.context,
            )
    written = io.BytesIO()
    write_po(written, kept, width=0, omit_header=True, include_lineno=False)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Plural-Forms: {kept.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    path = catalogue_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + "\n" + written.getvalue().decode().strip() + "\n", encoding="utf-8")


def waiting(translations: Catalog, said: Catalog) -> list[Message]:
    """What is said and not yet translated, or only guessed."""
    return [one for one in said if one.id and not _is_whole(translations.get(one.id, one.context), one)]


def place_of(one: Message) -> str:
    """Where a text is said, and in which meaning."""
    return f"{one.locations[0][0]}{f' ({one.context})' if one.context else ''}"


def _is_whole(found: Message | None, one: Message) -> bool:
    if found is None or found.fuzzy or found.id != one.id:
        return False
    strings = found.string if isinstance(found.string, (tuple, list)) else (found.string,)
    return bool(strings) and all(strings)


def main() -> int:
    """Bring the catalogues up to date, and say what each lacks."""
    said = gather()
    for language in TRANSLATED:
        write(language, read(language), said)
        lacking = waiting(read(language), said)
        print(
            f"{LANGUAGES[language]}: {len(said) - len(lacking)} of {len(said)} translated",
            *(f"  {place_of(one)}: {one.id!r}" for one in lacking[:20]),
            sep="\n",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
