"""The people's tables with the seed's own keys and no index beside: what a list stands on that nobody has tuned."""

from bench.ground import Ground

SCHEMA = "as_it_is"
FIRST_THERE = {"PGOPTIONS": f"-c search_path={SCHEMA},public"}
"""The environment of a program that finds these tables before the portal's."""

KEYS = {
    "tbl_beneficiaries": ("PRIMARY KEY (id)", "UNIQUE (uuid)", 'UNIQUE ("walletAddress")'),
    "tbl_beneficiaries_pii": ('UNIQUE ("beneficiaryId")', "UNIQUE (phone)"),
}


def make_plain_tables(ground: Ground) -> None:
    """Copy the people into such tables, unless they are there."""
    with ground.connect() as connection, connection.transaction():
        if connection.execute("SELECT to_regnamespace(%s)", [SCHEMA]).fetchone() != (None,):
            return
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for table, keys in KEYS.items():
            connection.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE public.{table}")  # type: ignore[arg-type]
            for key in keys:
                connection.execute(f"ALTER TABLE {SCHEMA}.{table} ADD {key}")  # type: ignore[arg-type]
            connection.execute(f"ANALYZE {SCHEMA}.{table}")  # type: ignore[arg-type]
