"""Every SELECT on imports: the batches, and the rows of one under review."""
