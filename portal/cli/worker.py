"""`portal worker`: carries out the background work. As many may run as there is work for, on any machine."""

import click


@click.command()
def worker() -> None:
    """Carry out imports and other jobs until told to stop."""
    from portal import create_app
    from portal.jobs.worker import WORKER_CONFIG, run_worker

    run_worker(create_app(WORKER_CONFIG))
