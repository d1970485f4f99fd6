"""What templates may leave out, and what they may not."""

from jinja2 import Undefined


class Unprintable(Undefined):
    """A name that is not there: it may be asked for ("if column.num"), but never shown or walked through.

    So a component's options can be left out, and a misspelt name is still an error and not a blank.
    """

    __str__ = __iter__ = __len__ = __html__ = Undefined._fail_with_undefined_error
