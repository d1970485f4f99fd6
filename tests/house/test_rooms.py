"""The rules of the house, as tests whose message says how to mend what broke them."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 400
SUBJECTLESS = {"util", "utils", "helper", "helpers", "common", "misc", "shared"}
ROOMS_WITHOUT_A_REQUEST = ("models", "queries", "operations", "parsing", "values", "mapping")
CHANGES = re.compile(r"\.(execute|add|delete|merge)\(")


def ours(*patterns: str) -> list[Path]:
    """The files of the repository that match, as git knows them and as they stand now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).is_file()]


PYTHON = ours("portal/*.py")
TEMPLATES = ours("templates/*.html")


def imported(path: Path) -> set[str]:
    """The modules that a file names in its imports, those for type checking only left out."""
    names: set[str] = set()
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def room(path: Path) -> str:
    """The room of a module's file: `portal/imports/operations/taking.py` stands in `operations`."""
    parts = path.relative_to(ROOT / "portal").parts
    return (parts[1] if len(parts) > 1 else parts[0]).removesuffix(".py")


def test_a_file_is_about_one_thing() -> None:
    written = PYTHON + ours("tests/*.py", "bench/*.py", "static/*.css", "static/*.js", "templates/*.html")
    lines = {path: len(path.read_text().splitlines()) for path in written}
    long = {path: number for path, number in lines.items() if number > LONGEST}
    assert not long, f"Give each subject in these a file of its own, in a package if it is Python: {long}"


def test_no_room_is_without_a_subject() -> None:
    nameless = [path for path in PYTHON if SUBJECTLESS & set(path.with_suffix("").parts)]
    assert not nameless, f"Name these by what they are about, or move their content there: {nameless}"


def test_rooms_below_the_views_know_no_request() -> None:
    guilty = [
        path
        for path in PYTHON
        if room(path) in ROOMS_WITHOUT_A_REQUEST
        and any(name.split(".")[0] in {"flask", "flask_babel", "flask_login"} for name in imported(path))
    ]
    assert not guilty, (
        f"Hand these what they need as arguments, and raise a Refusal instead of answering: {guilty}"
    )


def test_operations_never_commit() -> None:
    guilty = [
        path for path in PYTHON if room(path) in {"operations", "queries"} and ".commit()" in path.read_text()
    ]
    assert not guilty, f"Let the view, the task or the command commit, once: {guilty}"


def test_views_ask_queries_and_operations() -> None:
    guilty = [
        path
        for path in PYTHON
        if room(path) == "views"
        and re.search(r"^from sqlalchemy import .*\b(select|update|insert)\b", path.read_text(), re.M)
    ]
    assert not guilty, f"Move the statement to queries (a SELECT) or operations (a change): {guilty}"


def test_every_public_function_says_what_it_means() -> None:
    silent = []
    for path in PYTHON:
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None and not _is_plain_enum(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent, f"Give these a docstring that says what they mean: {silent}"


def _is_plain_enum(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id in {"StrEnum", "Enum"} for base in node.bases
    )


def test_every_module_says_what_it_owns() -> None:
    silent = [
        path.parent.name
        for path in PYTHON
        if path.name == "__init__.py" and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert not silent, f"Write in __init__.py which tables, URLs and verbs the module owns: {silent}"


INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"|hx-on|hx-boost|javascript:")


def test_templates_hold_no_inline_script_or_style() -> None:
    found = {path: inline for path in TEMPLATES if (inline := INLINE.findall(path.read_text()))}
    assert not found, f"The content security policy drops these. Use app.css, app.js or a component: {found}"


def bare_words(path: Path) -> list[str]:
    """Words of a template that stand outside of expressions, tags and attributes."""
    text = re.sub(r"{% block body_class %}.*?{% endblock[^%]*%}", "", path.read_text(), flags=re.S)
    bare = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<(script|style|svg|code)\b.*?</\1>", " ", text, flags=re.S
    )
    bare = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", " ", bare, flags=re.S)
    words = re.findall(r"[A-Za-z]{3,}", bare)
    return [word for word in words if word not in {"Rahat", "DOCTYPE", "nbsp", "ndash", "middot", "times"}]


def test_every_visible_word_goes_through_gettext() -> None:
    found = {path: words for path in TEMPLATES if (words := bare_words(path))}
    assert not found, f'Put these words into _("…") so that they can be translated: {found}'


def test_third_party_files_stay_out_of_git() -> None:
    vendored = ours("*.min.js", "*.min.css", "*.woff", "*.woff2", "vendor/*")
    assert not vendored, f"Third-party files come with the install (pyproject.toml, build hook): {vendored}"


def test_no_registry_or_path_of_a_machine_is_named() -> None:
    hosts = re.compile(
        "pypi"
        + r"\.org|pythonhosted"
        + r"\.org|registry\.npmjs|deb\.debian"
        + r"\.org|/ro"
        + r"ot/|/home/[a-z]"
    )
    guilty = [
        path
        for path in ours("*.py", "*.toml", "*.txt", "*.md", "Makefile", ".ci/run", "*.html", "*.css", "*.js")
        if path != Path(__file__) and hosts.search(path.read_text())
    ]
    assert not guilty, f"Leave out where packages are kept and where this machine keeps things: {guilty}"
