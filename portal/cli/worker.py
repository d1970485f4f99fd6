"""`portal worker`: carries out the background work. As many may run as there is work for, on any machine."""

import click


@click.command()
def worker() -> None:
    """Carry out imports and other jobs until told to stop."""
    from portal import create_app
    from portal.cli._bound import warn_if_unbound
    from portal.core.db import libpq_url
    from portal.jobs.worker import WORKER_CONFIG, run_worker

    app = create_app(WORKER_CONFIG)
    warn_if_unbound(libpq_url(app.config["SQLALCHEMY_DATABASE_URI"]))
    run_worker(app)
