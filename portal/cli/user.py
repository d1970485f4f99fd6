"""`portal user`: accounts from the command line, for the first administrator and for emergencies."""

import secrets

import click

from portal.cli._ready import portal_ready

ONE_TIME_BYTES = 18


@click.group()
def user() -> None:
    """Make and unlock accounts."""


@user.command("create-admin")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True, help="What the person is called.")
def create_admin(email: str, name: str) -> None:
    """Make an administrator who signs in with EMAIL, and print a password for the first time.

    The password is shown here and nowhere else. Whoever signs in with it has to choose their own.
    """
    from portal.auth.operations.accounts import add_email_account
    from portal.core.db import as_actor, db
    from portal.core.errors import Refusal
    from portal.users.operations.assignments import assign_role
    from portal.users.operations.roles import ensure_system_roles
    from portal.users.operations.users import add_user
    from portal.users.roles import ADMIN

    password = secrets.token_urlsafe(ONE_TIME_BYTES)
    with portal_ready() as app, as_actor(None, "portal user create-admin"):
        try:
            ensure_system_roles(db.session())
            person = add_user(db.session(), name, email)
            hashed = app.extensions["portal_passwords"].hash(password)
            add_email_account(db.session(), person, hashed, one_time=True)
            assign_role(db.session(), person, ADMIN)
            db.session.commit()
        except Refusal as refusal:
            db.session.rollback()
            raise click.ClickException(str(refusal)) from refusal
        click.echo(f"{person.email} is an administrator. Password for the first time: {password}")


@user.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Let the account of EMAIL try again at once, after too many wrong passwords."""
    from portal.auth.operations.attempts import unlock
    from portal.core.db import as_actor, db
    from portal.core.errors import NotFound

    with portal_ready(), as_actor(None, "portal user unlock"):
        try:
            unlock(db.session(), email)
        except NotFound as error:
            raise click.ClickException(f"Nobody signs in with {email}.") from error
        db.session.commit()
    click.echo(f"{email} may try again.")
