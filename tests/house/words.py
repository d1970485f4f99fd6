"""Words on pages that went round gettext: found by reading templates and code as Jinja and Python do."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.lexer import TOKEN_DATA

from tests.house.messages import MESSAGE, ROOT

TOLD = ("title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label")
"""Attributes that people read or hear."""
SAID_BY = frozenset({"_", "gettext", "ngettext", "pgettext", "N_"})
HOLE = "\ue000"
"""Stands in a template's text for what is put in."""
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z“%$][^\n]*[a-z]{2,}[^\n]* [^\n]*[.?…]|[A-Z][a-z]+( [a-z]+)*")
"""What a string looks like that was written for people: a sentence, or words with a capital in front."""

ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"|\bdata-[\w-]+')
"""Attributes in the place of text: a macro hands them on."""
LONG = re.compile(r"[A-Z“%][^\n{]*[a-z]{2,} [^\n{]*[.?…]")
"""A sentence to its end, in a program's code."""
NAMED = re.compile(r"[A-Z].*[a-z]|[a-z] [a-z]")
"""What the name of a field looks like, and that of a column does not."""
SHOWN_FIRST = re.compile(r"[A-Za-z]*Field|flash|ValidationError")
"""What shows its first argument to people."""


class Reader(HTMLParser):
    """The words that a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes are words; what stands in a style or a script is none."""
        self.found += [value for name, value in attrs if name in TOLD and value and WORD.search(value)]
        self._mute += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """The page goes on."""
        self._mute -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._mute:
            shown = ATTRIBUTE.sub("", data)
            self.found += [one.strip() for one in shown.split(HOLE) if WORD.search(one)]


def templates() -> list[Path]:
    """Every page, and every letter."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def bare_text(template: Path) -> list[str]:
    """What a template shows of its own text, outside of `{{ … }}`."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    pieces, code = [], False
    for _line, kind, value in environment.lex(template.read_text()):
        if kind == TOKEN_DATA:
            pieces.append(value)
            code = False
        elif not code and kind in {"variable_begin", "block_begin"}:
            pieces.append(HOLE if kind == "variable_begin" else "")
            code = True
        elif kind in {"variable_end", "block_end"}:
            code = False
    text = "".join(pieces)
    if template.suffix == ".txt":
        return [one.strip() for one in text.split(HOLE) if WORD.search(one)]
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader.found


def bare_strings(template: Path) -> Iterator[str]:
    """Strings of a template's own code that look like words for people and are not given to gettext."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template.read_text())
    said = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAID_BY
        for argument in call.args
    }
    for one in tree.find_all(nodes.Const):
        if isinstance(one.value, str) and id(one) not in said and SENTENCE.fullmatch(one.value.strip()):
            yield one.value


def bare_sentences(file: Path) -> Iterator[tuple[int, str]]:
    """Whole sentences of a Python file, and names of fields, that no reader of another language would get in theirs."""
    tree = ast.parse(file.read_text())
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for place in MESSAGE.get(called(node), ()):
                passed |= {
                    id(part) for argument in node.args[place : place + 1] for part in ast.walk(argument)
                }
        elif isinstance(node, (ast.Expr, ast.JoinedStr)):
            passed |= {id(part) for part in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            if LONG.fullmatch(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.Call):
            told = [node.args[place] for place in MESSAGE.get(called(node), ()) if place < len(node.args)]
            yield from ((one.lineno, ast.unparse(one)) for one in told if isinstance(one, ast.JoinedStr))
            shown = [
                *(node.args[:1] if SHOWN_FIRST.fullmatch(called(node)) else []),
                *(
                    keyword.value
                    for keyword in node.keywords
                    if keyword.arg in {"label", "description", "message"}
                ),
            ]
            for one in shown:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and NAMED.search(one.value):
                    yield one.lineno, one.value


SEPARATOR = re.compile(r"\s*(?:[,;،→]|[:.](?=\s|$))\s*")
"""What stands between two things that were put together by hand."""


def joined_by_hand(template: Path) -> Iterator[str]:
    """Separators in a template's text right behind something that was put in, and lists that are joined by one.

    Between two values within code, or between figures, a comma belongs to no language: there it is part of a pattern.
    """
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    source = template.read_text()
    before = ""
    for line, kind, value in environment.lex(source):
        found = SEPARATOR.match(value) if kind == TOKEN_DATA and before == "variable_end" else None
        if found and found.group().strip():
            yield f"{line}: {value.strip()[:40]}"
        before = kind
    tree = environment.parse(source)
    for filtered in tree.find_all(nodes.Filter):
        by = filtered.args[0] if filtered.name == "join" and filtered.args else None
        if isinstance(by, nodes.Const) and str(by.value).strip():
            yield f"{filtered.lineno}: join({by.value!r})"
    for one in tree.find_all(nodes.Const):
        if isinstance(one.value, str) and one.value != one.value.strip() and SEPARATOR.fullmatch(one.value):
            yield f"{one.lineno}: {one.value!r}"


def joined_in_code(file: Path) -> Iterator[str]:
    """Lists that a Python file joins by a comma and a blank, as people write them."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            by = node.func.value
            if isinstance(by, ast.Constant) and re.fullmatch(r"[,;:·/–—] | [·/–—→] ", str(by.value)):
                yield f"{node.lineno}: {by.value!r}"


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
