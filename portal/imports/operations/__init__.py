"""Every change of a batch: staging its rows, judging them, mending one, taking the good ones, undoing it."""
