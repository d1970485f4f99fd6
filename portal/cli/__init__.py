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
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        module = _modules().get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(import_module(f"{__name__}.{module}"), module)
        return found


def _modules() -> dict[str, str]:
    """For each command its module: what is no name in Python (`import`) stands there as `import_`."""
    names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    return {name.rstrip("_").replace("_", "-"): name for name in names}


@click.group(cls=Commands)
def main() -> None:
    """Rahat Portal: people, projects, vendors and payouts of cash and voucher programmes."""
