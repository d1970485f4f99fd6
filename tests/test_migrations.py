"""Migrations go up and down and up again, match the models, and never run twice at once.

To mend a drift: `flask --app wsgi db migrate -m "what changed"`, then read what it wrote.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import flask_migrate
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.embedded import Server
from tests.conftest import make_app

CHECKOUT = Path(__file__).parent.parent
MIGRATIONS = CHECKOUT / "migrations"

TABLES = """
    SELECT format('%s.%s %s, not null %s, identity %s, generated %s, default %s', c.relname, a.attname,
        format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'S') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        AND NOT a.attisdropped
    UNION ALL
    SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""

CODE = """
    SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT format('%s %s', t.typname, array(
        SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder))
    FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
    UNION ALL
    SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT format('%s may %s, rows %s %s', relname, relacl, relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE relname LIKE 'tbl\\_%' AND relkind = 'r'
    UNION ALL
    SELECT format('policy %s on %s: %s, %s, %s', polname, polrelid::regclass, polcmd,
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
"""


def described(connection: Connection | Session, *queries: str) -> set[str]:
    """Everything the queries find, as text, but for Alembic's own table."""
    lines = {str(row[0]) for query in queries for row in connection.execute(text(query))}
    return {line for line in lines if "alembic_version" not in line}


@pytest.fixture
def empty_database(server: Server) -> Iterator[str]:
    """The address of a database in which nothing has been made."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(server.conninfo("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER portal")
        yield server.url(database=name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_down_leaves_nothing_and_up_again_gives_the_same(committed_app: Flask) -> None:
    with committed_app.app_context():
        before = described(db.session(), TABLES, CODE)
        assert len(before) > 600
        db.session.rollback()
        flask_migrate.downgrade(revision="base")
        assert described(db.session(), TABLES, CODE) == set()
        db.session.rollback()
        flask_migrate.upgrade()
        assert described(db.session(), TABLES, CODE) == before


def test_each_revision_can_be_taken_back_alone(committed_app: Flask) -> None:
    with committed_app.app_context():
        whole = described(db.session(), TABLES, CODE)
        db.session.rollback()
        flask_migrate.downgrade(revision="-1")
        assert described(db.session(), TABLES, CODE) != whole
        db.session.rollback()
        flask_migrate.upgrade()
        assert described(db.session(), TABLES, CODE) == whole


def test_the_models_and_the_migrations_have_not_drifted_apart(app: Flask, session: Session) -> None:
    include = app.extensions["migrate"].configure_args["include_object"]
    options = {"compare_type": True, "compare_server_default": True, "include_object": include}
    context = MigrationContext.configure(session.connection(), opts=options)
    assert compare_metadata(context, db.metadata) == []


def test_tables_made_from_the_models_have_the_same_checks_and_indexes(
    empty_database: str, session: Session
) -> None:
    migrated = {line for line in described(session, TABLES) if "procrastinate_" not in line}
    app = make_app(empty_database)
    with app.app_context(), db.engine.begin() as connection:
        for file in ("01_enums.sql", "02_search.sql"):
            sql = (MIGRATIONS / "sql" / "2026_11_22_schema" / file).read_text(encoding="utf-8")
            connection.connection.cursor().execute(sql)
        for revision in ("2026_11_23_duplicates", "2026_11_23_finding"):
            keys = ScriptDirectory(str(MIGRATIONS)).get_revision(revision).module.KEYS
            connection.connection.cursor().execute(keys)
        code = ScriptDirectory(str(MIGRATIONS)).get_revision("2026_11_23_cases").module.CODE
        connection.connection.cursor().execute(code)
        db.metadata.create_all(connection)
        assert described(connection, TABLES) == migrated
    app.extensions["portal_pool"].close()


def test_revisions_are_named_by_their_day_and_form_one_line() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    names = [Path(script.path).stem for script in scripts.walk_revisions()]
    assert [name for name in names if not re.fullmatch(r"20\d\d_[01]\d_[0-3]\d_[a-z0-9_]+", name)] == []
    assert all(
        "upgrade" in vars(script.module) and "downgrade" in vars(script.module)
        for script in scripts.walk_revisions()
    )


def test_two_starts_at_once_migrate_once(empty_database: str, tmp_path: Path) -> None:
    turn = re.search(r"^TURN = (\w+)", (MIGRATIONS / "env.py").read_text(), re.MULTILINE)
    assert turn
    command = (
        "import flask_migrate, portal; portal.create_app().app_context().push(); flask_migrate.upgrade()"
    )
    environment = {**os.environ, "DATABASE_URL": empty_database, "PORTAL_INSTANCE": str(tmp_path)}
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [int(turn.group(1), 0)])
        starts = [
            subprocess.Popen(
                [sys.executable, "-c", command], cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE
            )
            for _ in range(2)
        ]
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while other.execute(waiting).fetchone() != (2,):
            assert [start.poll() for start in starts] == [None, None]
            time.sleep(0.05)
        assert other.execute("SELECT to_regclass('tbl_users')").fetchone() == (None,)
        other.execute("SELECT pg_advisory_unlock_all()")
        assert [start.wait(60) for start in starts] == [0, 0], [
            start.stderr and start.stderr.read() for start in starts
        ]
        assert other.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert other.execute("SELECT to_regclass('tbl_users')::text").fetchone() == ("tbl_users",)


def test_a_migration_gives_up_rather_than_wait_behind_a_busy_table(committed_app: Flask) -> None:
    address = committed_app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(address) as reader, committed_app.app_context():
        reader.execute("SELECT count(*) FROM tbl_users")
        with pytest.raises((DBAPIError, psycopg.errors.LockNotAvailable), match="lock timeout"):
            flask_migrate.downgrade(revision="base")
        reader.rollback()
        assert db.session.execute(text("SELECT count(*) FROM tbl_users")).scalar_one() == 0
