"""C7: what a form does not ask for reaches nothing.

What is sent is read by forms, which know their fields, or by a name that stands in the view. No program asks what else
was sent, so a field of somebody's invention (`isVerified`, `createdBy`) is read by nobody, whatever the page.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_rooms import PYTHON, ROOT

SENT = {"form", "values", "json", "files", "data", "stream"}
"""Where Flask keeps what came in the body of a request."""
ONLY_COMPARES = {"portal/web/forms.py", "portal/intake/forms/tickets.py"}
"""Files that look at everything sent, to tell whether it is the same form once more or a field came twice."""
HOW_TO_MEND = "Read these by a form's field, or by a name that stands there: "


def is_sent(node: ast.AST) -> bool:
    """Whether this is `request.form` or another of its kind."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr in SENT
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
    )


def is_name(node: ast.AST) -> bool:
    """Whether a program says which field it wants: a word, a word with a place in it, or a variable for one."""
    return isinstance(node, ast.Constant | ast.JoinedStr | ast.Name)


def readings(tree: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """What is sent, wherever it is mentioned, and whether a named field of it is read or a form is given it."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not is_sent(node):
            continue
        parent = above[node]
        while isinstance(parent, ast.IfExp):
            parent = above[parent]
        by_name = (
            (isinstance(parent, ast.Subscript) and is_name(parent.slice))
            or (isinstance(parent, ast.Compare) and is_name(parent.left))
            or (
                isinstance(parent, ast.Attribute)
                and parent.attr == "get"
                and isinstance(call := above[parent], ast.Call)
                and is_name(call.args[0])
            )
            or (isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("Form"))
        )
        yield node, by_name


def offences(path: Path) -> list[str]:
    """Lines of a file that read what nobody named."""
    tree = ast.parse(path.read_text())
    name = str(path.relative_to(ROOT))
    found = [f"{name}:{node.lineno}" for node, by_name in readings(tree) if not by_name]  # type: ignore[attr-defined]
    spread = [
        f"{name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"populate_obj", "get_json"}
    ]
    return ([] if name in ONLY_COMPARES else found) + spread


def test_C7_no_program_reads_a_field_that_it_does_not_name() -> None:
    found = [line for path in PYTHON for line in offences(path)]
    assert not found, HOW_TO_MEND + ", ".join(found)


def test_C7_the_control_what_reads_all_that_was_sent_is_found() -> None:
    written = {
        'request.form.get("name")': True,
        'request.form[f"column-{at}"]': True,
        '"do" in request.form': True,
        "SplitForm(request.form if sent else None)": True,
        "dict(request.form)": False,
        "User(**request.form)": False,
        "[setattr(user, *pair) for pair in request.form.items()]": False,
        "request.json": False,
    }
    read = {}
    for line in written:
        ((_node, by_name),) = readings(ast.parse(f"x = {line}"))
        read[line] = by_name
    assert read == written
