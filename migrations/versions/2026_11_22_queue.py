"""The job queue's own tables, as the installed procrastinate makes them."""

from procrastinate.schema import SchemaManager

from portal.core.revising import run

revision = "2026_11_22_queue"
down_revision = "2026_11_22_schema"
branch_labels = None
depends_on = None

DOWN = """
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'procrastinate\\_%' AND pg_table_is_visible(c.oid)
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.proname LIKE 'procrastinate\\_%' AND pg_function_is_visible(p.oid)
    LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT t.oid::regtype AS name FROM pg_type t
        WHERE t.typname LIKE 'procrastinate\\_%' AND t.typtype IN ('e', 'c') AND pg_type_is_visible(t.oid)
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
END $$
"""


def upgrade() -> None:
    run(SchemaManager.get_schema())


def downgrade() -> None:
    run(DOWN)
