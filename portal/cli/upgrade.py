"""`portal upgrade`: brings the database to this version of the portal."""

import click


def bring_up_to_date() -> None:
    """Migrate the database and see to the system roles, within an application's context; commits.

    May be called by several at once: the migration takes a lock, the others find it done.
    """
    import flask_migrate

    from portal.core.db import as_actor, db
    from portal.users.operations.roles import ensure_system_roles

    flask_migrate.upgrade()
    with as_actor(None, "upgrade"):
        ensure_system_roles(db.session())
        db.session.commit()


@click.command()
def upgrade() -> None:
    """Bring the database to this version: tables, queue, system roles. Safe to run again."""
    from portal import create_app
    from portal.cli._bound import warn_if_unbound
    from portal.core.db import JOB_LIMITS, libpq_url

    app = create_app({"PORTAL_DB_LIMITS": JOB_LIMITS})
    with app.app_context():
        bring_up_to_date()
    app.extensions["portal_pool"].close()
    warn_if_unbound(libpq_url(app.config["SQLALCHEMY_DATABASE_URI"]))
    click.echo("The database is up to date.")
