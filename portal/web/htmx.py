"""One URL, two answers: the whole page, or the fragment of it that htmx asked for."""

from typing import Any

from flask import Response, get_flashed_messages, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block


def wants_fragment() -> bool:
    """Whether this request asks for a part of the page.

    Not when htmx follows a boosted link or restores its history: both replace the whole body.
    """
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def page(template: str, block: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """Answer with `template`, or with its `block` alone when htmx asked and the page has such a part.

    Flashed messages ride along with a fragment, out of band, so that there is one source of toasts.
    """
    if block is not None and wants_fragment():
        body = render_block(template, block, **context)
        if messages := get_flashed_messages(with_categories=True):
            body += render_template("components/_toasts.html", messages=messages, out_of_band=True)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def see_other(url: str) -> Response:
    """After a POST that did something: go and look at `url` (303, so that Back and reload do not repeat it).

    A fragment's request is sent there as a whole page.
    """
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
    else:
        response = make_response(redirect(url, code=303))
    response.vary.add("HX-Request")
    return response
