"""Whether the database holds the program to its policies and privileges: not, where it connects as a superuser."""

import click
import psycopg

UNBOUND = (
    "The database role “{role}” is a superuser or may bypass row-level security. Then nothing keeps the program from"
    " changing the audit log, and a vendor from other vendors' payouts, but the program itself. Connect as a role"
    " without either: docs/deploy.md says how to make one."
)


def warn_if_unbound(address: str) -> None:
    """Say so on standard error. `address` as psycopg reads it; a database that does not answer is not asked twice."""
    question = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            found = connection.execute(question).fetchone()
    except psycopg.OperationalError:
        return
    if found:
        click.echo(UNBOUND.format(role=found[0]), err=True)
