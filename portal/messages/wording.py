"""From a text template to the words of a message, in the language of who receives it."""

from contextlib import nullcontext
from typing import Any

from flask import render_template
from flask_babel import force_locale


def worded(template: str, language: str | None = None, **context: Any) -> tuple[str, str]:
    """Subject and body that `templates/<template>` makes of `context`.

    The template is plain text; its first line is the subject, what follows the body. An SMS has no subject, so `send`
    leaves it out there. `language` is the receiver's, such as `ne`; without one it is that of the request.
    """
    with force_locale(language) if language else nullcontext():
        subject, _, body = render_template(template, **context).strip().partition("\n")
    return subject.strip(), body.strip()
