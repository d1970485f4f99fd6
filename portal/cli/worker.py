"""`portal worker`: carries out the background work. As many may run as there is work for, on any machine."""

import click


@click.command()
def worker() -> None:
    """Carry out imports, exports and other jobs until told to stop."""
    from portal import create_app
    from portal.core.db import JOB_LIMITS
    from portal.jobs.worker import run_worker

    run_worker(create_app({"PORTAL_DB_LIMITS": JOB_LIMITS}))
