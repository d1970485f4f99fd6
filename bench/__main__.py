"""Runs the measurements: all of them, or those that are named."""

import argparse
import os
from pathlib import Path

from bench.figures import Report
from bench.ground import Ground

MEASUREMENTS = (
    "plans",
    "auth",
    "pages",
    "peers",
    "import",
    "export",
    "bulk",
    "duplicates",
    "group",
    "map",
    "payouts",
    "reconciliation",
    "transactions",
    "desk",
    "daily",
    "grievances",
    "offramps",
    "vendors",
)
PEOPLE, FEW = 1_000_000, 10_000
ROWS = 100_000
CASES = 200_000
OFFRAMPS = 1_000_000
TWICE_AMONG = 131_072


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"some of: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the people and of the rows")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--explain", action="store_true", help="print the plan of each statement of the list")
    parser.add_argument(
        "--at",
        type=Path,
        default=Path(os.environ.get("PORTAL_BENCH", "build/bench")),
        help="where the crowds are kept between runs (default: build/bench); a million people take 2 GB",
    )
    asked = parser.parse_args()
    unknown = set(asked.what) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    scale = 10 if asked.quick else 1
    report = Report(asked.rounds)
    many = Ground(asked.at, PEOPLE // scale)
    few = Ground(asked.at, FEW)
    chosen = asked.what or MEASUREMENTS
    if "plans" in chosen:
        from bench.plans import look_at_plans

        look_at_plans(report, many, aloud=asked.explain)
    if "auth" in chosen:
        from bench.knowing import measure_knowing

        measure_knowing(report, few)
    if "pages" in chosen:
        from bench.pages import measure_pages

        measure_pages(report, many, few)
    if "peers" in chosen:
        from bench.beside import measure_peers

        measure_peers(report, many)
    if "import" in chosen:
        from bench.importing import measure_import

        measure_import(report, many, ROWS // scale)
    if "export" in chosen:
        from bench.exporting import measure_export

        measure_export(report, many, few)
    if "duplicates" in chosen:
        from bench.duplicates import measure_duplicates

        measure_duplicates(report, Ground(asked.at, TWICE_AMONG))
    if "bulk" in chosen:
        from bench.bulk import measure_bulk

        measure_bulk(report, many, ROWS // scale)
    if "group" in chosen:
        from bench.groups import measure_groups

        measure_groups(report, many, ROWS // scale)
    if "transactions" in chosen:
        from bench.transactions import measure_transactions

        measure_transactions(report, many)
    if "desk" in chosen:
        from bench.desk import measure_desk

        measure_desk(report, many)
    if "vendors" in chosen:
        from bench.vendors import measure_vendors

        measure_vendors(report, few, ROWS // scale)
    if "grievances" in chosen:
        from bench.grievances import measure_grievances

        measure_grievances(report, few, CASES // scale)
    if "offramps" in chosen:
        from bench.offramps import measure_offramps

        measure_offramps(report, few, OFFRAMPS // scale)
    if "daily" in chosen:
        from bench.daily import measure_daily

        measure_daily(report, many)
    if "map" in chosen:
        from bench.mapping import measure_map

        measure_map(report, many)
    if "payouts" in chosen:
        from bench.payouts import measure_payouts

        measure_payouts(report, many, ROWS // scale)
    if "reconciliation" in chosen:
        from bench.reconciling import measure_reconciliation

        measure_reconciliation(report, many, ROWS // scale)


if __name__ == "__main__":
    main()
