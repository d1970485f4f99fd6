"""Exporting everybody as CSV through the server, against COPY of the same rows."""

import statistics
from collections.abc import Callable

import psutil

from bench.browser import Browser
from bench.figures import Report, timed
from bench.ground import Ground, Served, served
from bench.pages import LIST

COLUMNS = ["name", "phone", "gender", "age", "location", "phone_status", "verified", "created", "uuid"]
PLAIN = """
COPY (SELECT p.name, p.phone, b.gender, b.age, b.location, b."phoneStatus", b."isVerified", b."createdAt", b.uuid
FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
WHERE b."deletedAt" IS NULL ORDER BY b."createdAt" DESC, b.id DESC) TO STDOUT (FORMAT csv)
"""
MIB = 2**20


def measure_export(report: Report, many: Ground, few: Ground) -> None:
    """The time of the largest list in turns with COPY; how the server's memory grows with the list."""
    with served(many) as server, many.connect() as connection:
        browser = Browser(server.port).sign_in(many.password)
        took: dict[str, list[float]] = {"export": [], "copy": []}

        def plain() -> None:
            with connection.cursor() as cursor, cursor.copy(PLAIN) as copy:
                for _piece in copy:
                    pass

        size = export(browser)
        after = memory(server)
        things: dict[str, Callable[[], object]] = {"copy": plain, "export": lambda: export(browser)}
        for _ in range(report.rounds):
            for name, thing in things.items():
                took[name].append(timed(thing))
    with served(few) as server:
        export(Browser(server.port).sign_in(few.password))
        before = memory(server)
    report.heading(f"Export of {many.people:,} people as CSV, {size / 1e6:,.0f} MB")
    middle = {name: statistics.median(times) for name, times in took.items()}
    report.figure("the export", middle["export"], "s")
    report.figure("COPY TO", middle["copy"], "s")
    report.figure("the export / COPY TO", middle["export"] / middle["copy"], target="at most 1.5")
    report.figure(
        f"growth of the server's memory from {few.people:,} to {many.people:,}",
        (after - before) / MIB,
        "MiB",
        "at most 20",
    )


def export(browser: Browser) -> int:
    """Ask for everybody and read all that comes; how many bytes it was."""
    form: dict[str, object] = {
        "csrf_token": browser.token(f"{LIST}/export"),
        "columns": COLUMNS,
        "format": "csv",
        "purpose": "other",
        "purpose_other": "Measuring how long it takes",
    }
    answer = browser.send("POST", f"{LIST}/export", form, coding="identity")
    size = 0
    while piece := answer.read(2**16):
        size += len(piece)
    if answer.status != 200:
        raise RuntimeError(f"the export answers {answer.status}")
    return size


def memory(server: Served) -> int:
    """The memory of the server's largest process."""
    processes: list[psutil.Process] = server.process.children(recursive=True)
    return max(int(one.memory_info().rss) for one in processes)
