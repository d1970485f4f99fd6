"""Importing a file, from its upload until its people are registered, against raw COPY of the ready rows."""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.figures import Report, timed
from bench.ground import Ground
from bench.raw import PEOPLE, PERSONAL, raw_copy
from bench.rows import write_csv, write_xlsx

MIB = 2**20


def measure_import(report: Report, ground: Ground, count: int) -> None:
    """CSV, XLSX and raw COPY in turns; the most memory that any process had."""
    report.heading(f"Import of {count:,} rows into {ground.people:,} people")
    with ground.connect() as connection, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table, book = write_csv(folder / "rows.csv", count), write_xlsx(folder / "rows.xlsx", count)
        took: dict[str, list[float]] = {name: [] for name in ("csv", "xlsx", "raw", "read", "undo")}
        most: dict[str, float] = {}
        steps: dict[str, Any] = {}
        for number in range(report.rounds):
            for kind, file in (("csv", table), ("xlsx", book)):
                settle(ground)
                steps = import_in_a_process(ground, file, folder, most)
                took[kind].append(steps["upload"] + steps["check"] + steps["take"])
                took["undo"].append(steps["undo"])
                report.say(
                    f"round {number + 1}, {kind}: {steps['added']:,} people; upload {steps['upload']:.1f} s,"
                    f" check {steps['check']:.1f} s, take {steps['take']:.1f} s, undo {steps['undo']:.1f} s"
                )
            settle(ground)
            took["raw"].append(raw_copy(connection, folder))
            took["read"].append(timed(lambda: plain_read(book)))
            report.say(f"round {number + 1}, raw COPY {took['raw'][-1]:.1f} s")
        for table in (PEOPLE, PERSONAL):  # what was taken out again stands in the way of the newest people
            connection.execute(f"VACUUM ANALYZE {table.name}")
    middle = {name: statistics.median(times) for name, times in took.items()}
    report.figure("CSV, upload to registered / raw COPY", middle["csv"] / middle["raw"], target="at most 3")
    report.figure(
        "XLSX, less one plain read of it / raw COPY",
        (middle["xlsx"] - middle["read"]) / middle["raw"],
        target="at most 3",
    )
    report.figure("undo / raw COPY", middle["undo"] / middle["raw"])
    for name, memory in most.items():
        report.figure(f"most memory, {name}", memory / MIB, "MiB", "at most 512")


def settle(ground: Ground) -> None:
    """Write out what is still in memory, so that each begins alike."""
    address = ground.address().replace("//portal@", "//postgres@", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def plain_read(path: Path) -> int:
    """The rows of a workbook, read by its library and nothing else done with them."""
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def import_in_a_process(ground: Ground, file: Path, folder: Path, most: dict[str, float]) -> dict[str, Any]:
    """Import the file once; `most` is raised to the most memory seen of the worker, its reader and the database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.import_once", str(file), str(folder)],
        env=ground.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    watcher = threading.Thread(target=watch, args=(psutil.Process(process.pid), ground.postmaster(), most))
    watcher.start()
    output, _ = process.communicate()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"the import of {file.name} ended with {process.returncode}")
    steps: dict[str, Any] = json.loads(output.splitlines()[-1])
    return steps


def watch(worker: psutil.Process, database: psutil.Process, most: dict[str, float]) -> None:
    """Look at the memory of all of them several times a second until the worker has ended."""
    while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
        with suppress(psutil.Error):
            seen = {"the worker": [worker], "its reader of the file": worker.children(recursive=True)}
            seen["a process of the database"] = database.children()
            for name, processes in seen.items():
                for one in processes:
                    with suppress(psutil.Error):
                        most[name] = max(most.get(name, 0), one.memory_info().rss)
        time.sleep(0.2)
