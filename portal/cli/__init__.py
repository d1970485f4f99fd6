"""The commands of `portal`: one module a subject, each loaded only when it is asked for.

A module here named `run` holds a click command or group named `run`; `_` in a module's name is `-` on the
command line. So a new command is a new file and nothing else.
"""

from importlib import import_module
from pkgutil import iter_modules

import click


class Commands(click.Group):
    """Finds the commands among this package's modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted(module.name.strip("_").replace("_", "-") for module in iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or nothing. Python's own words (`import`) name a file with a `_` after them."""
        for module in iter_modules(__path__):
            if module.name.strip("_").replace("_", "-") == cmd_name:
                found = getattr(import_module(f"{__name__}.{module.name}"), module.name)
                return found if isinstance(found, click.Command) else None
        return None


@click.group(cls=Commands)
def main() -> None:
    """Rahat Portal: people, projects, vendors and payouts of cash and voucher programmes."""
