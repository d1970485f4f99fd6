"""How well and how quickly people who are registered twice are found among a crowd."""

import time
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.figures import Report
from bench.ground import Ground
from bench.planting import plant
from portal.duplicates.operations.scanning import scan

PLANTED = 8_000
FOUND = text(
    """SELECT p.score, a.id, b.id FROM tbl_duplicate_pairs p
    JOIN tbl_beneficiaries a ON a.uuid = p."firstId" JOIN tbl_beneficiaries b ON b.uuid = p."secondId" """
)


def measure_duplicates(report: Report, ground: Ground) -> None:
    """Plant copies among the ground's people, scan, and count; everything is rolled back."""
    engine = create_engine(ground.address().replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        planted = plant(driver, PLANTED)
        session.execute(text("ANALYZE tbl_beneficiaries, tbl_beneficiaries_pii"))
        began = time.perf_counter()
        scan(session, uuid4(), lambda _name, _total: None, lambda _done: None)
        seconds = time.perf_counter() - began
        found = {(min(a, b), max(a, b)) for _score, a, b in session.execute(FOUND)}
        session.rollback()
    hits = len(planted & found)
    report.heading(f"{len(planted):,} people registered twice, among {ground.people:,}")
    report.figure("recall: planted pairs that were found", hits / len(planted), target="at least 0.98")
    report.figure(
        "precision: found pairs that were planted", hits / max(1, len(found)), target="at least 0.9"
    )
    report.figure("the scan", seconds, "s", target="under 60")
