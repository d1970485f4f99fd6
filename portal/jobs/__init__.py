"""Work that runs in the background: started by a request, done by a worker, watched on a page.

Table: tbl_jobs. URLs: /jobs. Verbs: list, show, cancel, retry.

Other modules name their work with `tasks.work`, start it with `operations.start` and tell how far they are
through `progress.Progress`. `tbl_jobs` is the record; procrastinate's own tables only carry its number to a
worker. A run may write to its job as long as the job still names that number (`queueJobId`): whoever puts the
job back into the queue gives it a new one, so of two runs of one job only one can bring about its effect.
"""
