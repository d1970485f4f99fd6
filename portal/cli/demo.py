"""`portal demo`: a small, believable demo, or a crowd of made-up people for measuring."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.cli._bar import Bar
from portal.cli._ready import portal_ready

if TYPE_CHECKING:
    from flask import Flask

PASSWORD_FILE = "demo_password"  # noqa: S105 -- a file's name
FEWEST_LETTERS = 15
COMMAND = "portal demo"
"""What the audit log names as the request."""


@click.command()
@click.option(
    "--people", type=click.IntRange(min=1), help="Make a crowd of so many people instead, for measuring."
)
@click.option("--yes", is_flag=True, help="Also into a database in which people are registered.")
def demo(people: int | None, yes: bool) -> None:
    """Load the demo: projects, groups, vendors, people, and a user of each role to sign in as."""
    with portal_ready() as app:
        from portal.core.db import as_actor, db
        from portal.core.errors import Refusal
        from portal.demo.loading import has_people, is_empty

        with as_actor(None, COMMAND):
            if has_people(db.session()) and not yes:
                raise click.ClickException(
                    "People are registered here already. To add made-up ones nevertheless, add --yes"
                )
            try:
                if people is None:
                    _load(app)
                else:
                    if is_empty(db.session()):
                        _load_colleagues(app)
                    _load_crowd(people)
            except Refusal as refusal:
                raise click.ClickException(str(refusal)) from refusal
            click.echo("\n".join(log_ins(app)))
            db.session.remove()


def load_if_empty() -> list[str]:
    """Load the demo where nobody has begun to use the portal; needs an application context.

    Returns the lines that tell how to sign in, also later, for as long as the demo's password is in use;
    none where there is no demo.
    """
    from flask import current_app

    from portal.core.db import as_actor, db
    from portal.demo.loading import is_empty

    # What stands behind the proxy has no public name.
    # The stubs know the proxy and not its method.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        with as_actor(None, COMMAND):
            if is_empty(db.session()):
                _load(app)
            return log_ins(app)
    finally:
        db.session.remove()


def log_ins(app: "Flask") -> list[str]:
    """How to sign in to the demo, a user a line; none once it is gone or its password was changed."""
    from portal.auth.identifiers import Identifier
    from portal.auth.queries.accounts import account_of
    from portal.core.db import db
    from portal.core.enums import Service
    from portal.demo.programme import VENDORS
    from portal.demo.staff import COLLEAGUES, LIMITED_OFFICER, VENDOR_MAILBOX

    who = [(one.email, one.role, one.hint) for one in (*COLLEAGUES, LIMITED_OFFICER)]
    who.append((f"{VENDOR_MAILBOX}@example.org", "Vendor", f"is {VENDORS[0][0]}"))
    file = _password_file(app)
    if not file.exists():
        return []
    password = file.read_text().strip()
    passwords = app.extensions["portal_passwords"]
    accounts = {email: account_of(db.session(), Identifier(Service.EMAIL, email)) for email, _, _ in who}
    first = accounts[COLLEAGUES[0].email]
    if first is None or not passwords.fits(password, first.password_hash):
        return []
    lines = [f"{email:<24} {role} ({hint})" for email, role, hint in who if accounts[email]]
    return [*lines, f"password for all of them: {password}"]


def _load(app: "Flask") -> None:
    from portal.core.db import db
    from portal.demo.loading import load_demo

    load_demo(db.session(), _hashed_password(app), dt.datetime.now(dt.UTC))
    db.session.commit()


def _load_colleagues(app: "Flask") -> None:
    from portal.core.db import db
    from portal.demo.staff import add_colleagues

    add_colleagues(db.session(), _hashed_password(app))
    db.session.commit()


def _load_crowd(people: int) -> None:
    """Add the crowd, and leave the tables as after a night's rest: counted and swept."""
    from portal.core.db import db
    from portal.demo.crowd import TABLES, add_crowd
    from portal.jobs.progress import Progress

    bar = Bar()
    progress = Progress(bar)

    def show(step: str, done: int, total: int) -> None:
        if step != progress.name:
            progress.step(step)
        progress.advance(done, total or None)

    add_crowd(db.session(), people, show)
    db.session.commit()
    progress.step("Sweeping")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"VACUUM {table}")
    bar.clear()
    click.echo(f"{people:,} people were made up.")


def _hashed_password(app: "Flask") -> str:
    """The hash of this installation's demo password, which is made when it is first needed."""
    from portal.core.wallets import new_words

    file = _password_file(app)
    chosen = app.config.get("PORTAL_DEMO_PASSWORD")
    if chosen is not None and len(str(chosen)) < FEWEST_LETTERS:
        raise click.ClickException(f"PORTAL_DEMO_PASSWORD must have at least {FEWEST_LETTERS} characters")
    if chosen is not None or not file.exists():
        file.touch(mode=0o600)
        file.write_text(str(chosen) if chosen is not None else "-".join(new_words().split()[:4]))
    hashed: str = app.extensions["portal_passwords"].hash(file.read_text().strip())
    return hashed


def _password_file(app: "Flask") -> Path:
    instance: Path = app.config["PORTAL_INSTANCE"]
    return instance / PASSWORD_FILE
