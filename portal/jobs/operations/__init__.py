"""Every change of a job's state, each a conditional UPDATE: of two who want one thing, one gets it.

`requests` holds what people and modules ask for, `runs` what a worker notes, `recovery` what is done about
workers that are gone.
"""

from portal.jobs.operations.requests import cancel, retry, start

__all__ = ["cancel", "retry", "start"]
