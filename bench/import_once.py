"""One import by the steps of the browser, in a process of its own: `python -m bench.import_once FILE RAW`.

Afterwards the people it brought are written to two files in the folder RAW, as COPY reads them, and the batch is
undone. Prints the seconds of each step as JSON. Wallet addresses lie ready before, as a running worker keeps them.
"""

import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.raw import PEOPLE, PERSONAL


def main() -> None:
    from portal.cli._ready import portal_ready
    from portal.core.db import as_actor, db

    source, raw = Path(sys.argv[1]), Path(sys.argv[2])
    with portal_ready() as app, as_actor(None, "bench"):
        print(json.dumps(once(app.config["PORTAL_INSTANCE"], source, raw)))
        db.session.remove()


def once(instance: Path, source: Path, raw: Path) -> dict[str, Any]:
    """Upload, check, take; then keep what came of it, and undo."""
    from portal.core.copying import driver_connection
    from portal.core.db import db
    from portal.imports import tasks
    from portal.imports.operations import batches, columns
    from portal.imports.parsing import inspect
    from portal.jobs.progress import Progress
    from portal.wallets.operations import ensure_pool

    session = db.session()
    with source.open("rb") as lines:
        ensure_pool(session, sum(1 for _ in lines) if source.suffix == ".csv" else 100_000)
    session.commit()
    marks = [time.perf_counter()]
    with source.open("rb") as file:
        stored = batches.store_file(file, batches.uploads_in(instance), source.suffix)
    found = inspect(stored.path, source.name)
    batch = batches.create_batch(session, stored, source.name, found.to_json(), created_by=None)
    row = batches.lock_batch(session, batch, ("UPLOADED",))
    mapping, region = columns.propose_mapping(session, row, "NP")
    columns.fix_mapping(session, batch, mapping, region, group_name=None, project=None, chosen_by=None)
    batches.move(session, batch, "CHECKING")
    session.commit()
    marks.append(time.perf_counter())
    tasks.check(Progress(), str(batch))
    marks.append(time.perf_counter())
    batches.move(session, batch, "TAKING")
    session.commit()
    taken = tasks.take(Progress(), str(batch))
    marks.append(time.perf_counter())
    for table in (PEOPLE, PERSONAL):
        keep(driver_connection(session), table.of(batch), raw / table.file)
    session.commit()
    batches.move(session, batch, "UNDOING")
    session.commit()
    start = time.perf_counter()
    tasks.undo(Progress(), str(batch))
    upload, check, take = (later - earlier for earlier, later in pairwise(marks))
    return {
        "added": taken["added"],
        "upload": upload,
        "check": check,
        "take": take,
        "undo": time.perf_counter() - start,
    }


def keep(connection: Any, query: str, path: Path) -> None:
    """The rows of `query` in a file, as COPY reads them."""
    sql = f"COPY ({query}) TO STDOUT"
    with path.open("wb") as target, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for piece in copy:
            target.write(piece)


if __name__ == "__main__":
    main()
