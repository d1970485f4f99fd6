"""How the database answers the list: no statement may read a table of all people from end to end."""

from bench.figures import Report
from bench.ground import Ground
from bench.statements import statements

LARGE = (
    "tbl_beneficiaries",
    "tbl_beneficiaries_pii",
    "tbl_grouped_beneficiaries",
    "tbl_beneficiaries_projects",
)


def look_at_plans(report: Report, ground: Ground, *, aloud: bool) -> None:
    """Name each statement of the list that reads a whole table; print all plans when asked to."""
    report.heading(f"Plans of the list, {ground.people:,} people")
    with ground.connect() as connection:
        for name, asked in statements(ground).items():
            for part, (sql, values) in (("rows", asked.page), ("count", asked.count)):
                plan = [row[0] for row in connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values)]
                whole = [table for table in LARGE if any(f"Seq Scan on {table} " in line for line in plan)]
                took = next(line for line in plan if line.startswith("Execution Time"))
                verdict = f"READS ALL OF {', '.join(whole)}" if whole else "by index"
                report.say(f"{name + ', ' + part:<30} {verdict:<14} {took.partition(':')[2].strip()}")
                if aloud:
                    print("\n".join(f"      {line}" for line in plan))
