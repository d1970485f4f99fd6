"""What templates may leave out, what they may not, and what importing one of another costs."""

from jinja2 import Template, Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class Unprintable(Undefined):
    """A name that is not there: it may be asked for ("if column.num"), but never shown or walked through.

    So a component's options can be left out, and a misspelt name is still an error and not a blank.
    """

    __str__ = __iter__ = __len__ = __html__ = Undefined._fail_with_undefined_error


class Sharing(Template):
    """A template whose macros are made once and imported by all others.

    Jinja compares the names that either of the two knows at each import, a tenth of the computing for a page with
    a dozen of them. Ours all know the same: nobody gives a template globals of its own.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()
