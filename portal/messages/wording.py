"""From a text template to the words of a message, in the language of who receives it."""

from contextlib import nullcontext
from typing import Any

from flask import current_app
from flask_babel import force_locale


def worded(template: str, language: str | None = None, **context: Any) -> tuple[str, str]:
    """Subject and body that `templates/<template>` makes of `context`.

    The template is plain text; its first line is the subject, what follows the body. An SMS has no subject, so `send`
    leaves it out there. `language` is the receiver's, such as `ne`; without one it is that of the request.
    """
    with force_locale(language) if language else nullcontext():
        # Not as pages are drawn: a job has words to say too, and no request.
        words = current_app.jinja_env.get_template(template).render(context)
    subject, _, body = words.strip().partition("\n")
    return subject.strip(), body.strip()
