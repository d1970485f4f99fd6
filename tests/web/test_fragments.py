"""Parts of pages that are kept: drawn once for a key, with each request's own values in their holes."""

from flask import Flask, render_template_string
from flask_babel import force_locale

PART = """
{%- call(name) kept("part", key, holes=[typed]) -%}
{{ draw() }} <b>{{ name }}</b> <input name="csrf_token" value="{{ csrf_token() }}">
{%- endcall -%}
"""


class Drawn:
    """Counts how often a part is drawn."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return f"drawing {self.times}"


def draw(app: Flask, drawn: Drawn, key: str, typed: str = "", address: str = "/") -> str:
    with app.test_request_context(address):
        return render_template_string(PART, key=key, typed=typed, draw=drawn)


def test_a_part_is_drawn_once_for_a_key_and_again_for_another(app: Flask) -> None:
    drawn = Drawn()
    pages = [draw(app, drawn, key) for key in ("one", "one", "other", "one")]
    assert [page.split(" <b>")[0] for page in pages] == ["drawing 1", "drawing 1", "drawing 2", "drawing 1"]


def test_what_goes_into_a_hole_is_this_requests_and_escaped(app: Flask) -> None:
    drawn = Drawn()
    pages = [draw(app, drawn, "holes", typed) for typed in ("Sita", "<script>", "\0one\0")]
    assert ["<b>Sita</b>" in pages[0], "<b>&lt;script&gt;</b>" in pages[1]] == [True, True]
    assert drawn.times == 1
    assert "Sita" not in pages[1] + pages[2]


def test_each_request_has_its_own_token_in_a_kept_form(app: Flask) -> None:
    drawn = Drawn()
    with app.test_request_context():
        first = render_template_string(PART + "|{{ csrf_token() }}", key="form", typed="", draw=drawn)
    with app.test_request_context():
        second = render_template_string(PART + "|{{ csrf_token() }}", key="form", typed="", draw=drawn)
    for page in (first, second):
        kept, _, token = page.rpartition("|")
        assert f'value="{token}"' in kept
    assert first != second
    assert drawn.times == 1


def test_a_part_is_drawn_for_each_language_and_each_place_where_the_portal_is_mounted(app: Flask) -> None:
    drawn = Drawn()
    draw(app, drawn, "where")
    with app.test_request_context(), force_locale("ne"):
        render_template_string(PART, key="where", typed="", draw=drawn)
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/rahat"}):
        render_template_string(PART, key="where", typed="", draw=drawn)
    assert drawn.times == 3


def test_a_process_keeps_a_limited_number_of_parts(app: Flask) -> None:
    drawn = Drawn()
    for number in range(600):
        draw(app, drawn, f"many {number}")
    draw(app, drawn, "many 599")
    assert drawn.times == 600
    draw(app, drawn, "many 0")
    assert drawn.times == 601
