"""The two clocks of a case, counted in the working hours of its project, and who is told when they run out."""

from portal.core.revising import run

revision = "2026_11_23_clocks"
down_revision = "2026_11_23_cases"
branch_labels = None
depends_on = None

SETTINGS = """
-- A calendar without a project is everybody's who has none of their own. Days are ISO's: 1 is Monday.
CREATE TABLE tbl_grievance_calendars (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "projectId" uuid,
    days smallint[] DEFAULT '{1,2,3,4,5}' NOT NULL,
    opens time DEFAULT '09:00' NOT NULL,
    closes time DEFAULT '17:00' NOT NULL,
    "timeZone" text DEFAULT 'UTC' NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_calendars PRIMARY KEY (uuid),
    CONSTRAINT "uq_tbl_grievance_calendars_projectId" UNIQUE NULLS NOT DISTINCT ("projectId"),
    CONSTRAINT ck_tbl_grievance_calendars_days CHECK (cardinality(days) > 0 AND days <@ '{1,2,3,4,5,6,7}'::smallint[]),
    CONSTRAINT ck_tbl_grievance_calendars_hours CHECK (opens < closes),
    CONSTRAINT "fk_tbl_grievance_calendars_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid)
);
INSERT INTO tbl_grievance_calendars DEFAULT VALUES;

CREATE TABLE tbl_grievance_holidays (
    "calendarId" uuid NOT NULL,
    day date NOT NULL,
    name text DEFAULT '' NOT NULL,
    CONSTRAINT pk_tbl_grievance_holidays PRIMARY KEY ("calendarId", day),
    CONSTRAINT "fk_tbl_grievance_holidays_calendarId" FOREIGN KEY ("calendarId")
        REFERENCES tbl_grievance_calendars (uuid) ON DELETE CASCADE
);

-- Working minutes. A target without a category is for every category that has none of its own.
CREATE TABLE tbl_grievance_targets (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "categoryId" uuid,
    priority text NOT NULL,
    acknowledge integer NOT NULL,
    resolve integer NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_targets PRIMARY KEY (uuid),
    CONSTRAINT "uq_tbl_grievance_targets_categoryId_priority" UNIQUE NULLS NOT DISTINCT ("categoryId", priority),
    CONSTRAINT ck_tbl_grievance_targets_priority CHECK (priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
    CONSTRAINT ck_tbl_grievance_targets_minutes
        CHECK (acknowledge > 0 AND resolve >= acknowledge AND resolve <= 500000),
    CONSTRAINT "fk_tbl_grievance_targets_categoryId"
        FOREIGN KEY ("categoryId") REFERENCES tbl_grievance_categories (uuid)
);
INSERT INTO tbl_grievance_targets (priority, acknowledge, resolve) VALUES
    ('URGENT', 120, 960), ('HIGH', 480, 2400), ('NORMAL', 960, 4800), ('LOW', 2400, 9600);

-- Who gets a new case: the first rule that fits gives it to a person, or to whoever of a role has the fewest.
CREATE TABLE tbl_grievance_rules (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    position integer NOT NULL,
    "projectId" uuid,
    "categoryId" uuid,
    "userId" integer,
    "roleId" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_rules PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_grievance_rules_one CHECK (num_nonnulls("userId", "roleId") = 1),
    CONSTRAINT "fk_tbl_grievance_rules_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    CONSTRAINT "fk_tbl_grievance_rules_categoryId"
        FOREIGN KEY ("categoryId") REFERENCES tbl_grievance_categories (uuid),
    CONSTRAINT "fk_tbl_grievance_rules_userId" FOREIGN KEY ("userId") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_grievance_rules_roleId" FOREIGN KEY ("roleId") REFERENCES tbl_auth_roles (id)
);
CREATE INDEX "ix_tbl_grievance_rules_projectId" ON tbl_grievance_rules ("projectId");
CREATE INDEX "ix_tbl_grievance_rules_categoryId" ON tbl_grievance_rules ("categoryId");
CREATE INDEX "ix_tbl_grievance_rules_userId" ON tbl_grievance_rules ("userId");
CREATE INDEX "ix_tbl_grievance_rules_roleId" ON tbl_grievance_rules ("roleId");

-- The ladder: working minutes after a clock ran out, and who is told then.
CREATE TABLE tbl_grievance_steps (
    step smallint NOT NULL,
    receiver text NOT NULL,
    minutes integer NOT NULL,
    "isActive" boolean DEFAULT true NOT NULL,
    CONSTRAINT pk_tbl_grievance_steps PRIMARY KEY (step),
    CONSTRAINT ck_tbl_grievance_steps_minutes CHECK (minutes >= 0 AND minutes <= 100000),
    CONSTRAINT ck_tbl_grievance_steps_receiver CHECK (receiver IN ('ASSIGNEE', 'SUPERVISOR', 'MANAGER'))
);
INSERT INTO tbl_grievance_steps (step, receiver, minutes) VALUES
    (1, 'ASSIGNEE', 0), (2, 'SUPERVISOR', 240), (3, 'MANAGER', 960);

-- Which steps were taken: each once for a clock, and once more after a case was opened again.
CREATE TABLE tbl_grievance_escalations (
    "grievanceId" uuid NOT NULL,
    clock text NOT NULL,
    reopened integer NOT NULL,
    step smallint NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_tbl_grievance_escalations PRIMARY KEY ("grievanceId", clock, reopened, step),
    CONSTRAINT ck_tbl_grievance_escalations_clock CHECK (clock IN ('ACKNOWLEDGE', 'RESOLVE')),
    CONSTRAINT "fk_tbl_grievance_escalations_grievanceId" FOREIGN KEY ("grievanceId") REFERENCES tbl_grievances (uuid)
);

-- When nothing could be done because the person was asked something. The pause that lasts is the case's "waitingSince".
CREATE TABLE tbl_grievance_pauses (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    "grievanceId" uuid NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT pk_tbl_grievance_pauses PRIMARY KEY (id),
    CONSTRAINT "fk_tbl_grievance_pauses_grievanceId" FOREIGN KEY ("grievanceId") REFERENCES tbl_grievances (uuid)
);
CREATE INDEX "ix_tbl_grievance_pauses_grievanceId" ON tbl_grievance_pauses ("grievanceId", since);

SELECT portal_audit_attach(held, 'uuid')
FROM unnest(array['tbl_grievance_calendars', 'tbl_grievance_targets', 'tbl_grievance_rules']) AS held;
SELECT portal_audit_attach('tbl_grievance_holidays', 'calendarId');
SELECT portal_audit_attach('tbl_grievance_steps', 'step');
SELECT portal_audit_attach('tbl_grievance_escalations', 'grievanceId');
SELECT portal_audit_attach('tbl_grievance_pauses', 'grievanceId');
"""

# Moments, not states: whether a clock is at risk or has run out is asked of the time at which one looks. The moments
# follow from the case, its pauses, the targets and the calendar, and are made anew by whatever changes one of these.
CLOCKS = """
ALTER TABLE tbl_grievances
    ADD COLUMN "clockFrom" timestamptz DEFAULT now() NOT NULL,
    ADD COLUMN "acknowledgeRisk" timestamptz,
    ADD COLUMN "acknowledgeBy" timestamptz,
    ADD COLUMN "resolveRisk" timestamptz,
    ADD COLUMN "resolveBy" timestamptz,
    ADD COLUMN "riskAt" timestamptz,
    ADD COLUMN "dueAt" timestamptz,
    ADD COLUMN "acknowledgeTook" integer,
    ADD COLUMN "resolveTook" integer;
CREATE INDEX ix_tbl_grievances_due_live ON tbl_grievances ("dueAt", id)
    WHERE "dueAt" IS NOT NULL AND "deletedAt" IS NULL;
CREATE INDEX ix_tbl_grievances_assignee ON tbl_grievances ("assigneeId", "dueAt", id) WHERE "assigneeId" IS NOT NULL;
-- How much lies with whom, asked for each new case.
CREATE INDEX ix_tbl_grievances_open_of ON tbl_grievances ("assigneeId")
    WHERE "assigneeId" IS NOT NULL AND "resolvedAt" IS NULL AND "closedAt" IS NULL AND "deletedAt" IS NULL;

CREATE TYPE portal_calendar AS (days smallint[], opens time, closes time, zone text, holidays date[]);

-- The calendar of a project: its own or everybody's, in the project's time zone if it has one.
CREATE FUNCTION portal_calendar_of(project uuid) RETURNS portal_calendar LANGUAGE sql STABLE AS $$
    SELECT ROW(c.days, c.opens, c.closes, coalesce(p."timeZone", c."timeZone"), array(
        SELECT h.day FROM public.tbl_grievance_holidays h WHERE h."calendarId" = c.uuid))::public.portal_calendar
    FROM public.tbl_grievance_calendars c LEFT JOIN public.tbl_projects p ON p.uuid = project
    WHERE c."projectId" = project OR c."projectId" IS NULL ORDER BY c."projectId" NULLS LAST LIMIT 1
$$;

-- When so many working minutes have gone by after a moment. Minutes are those of the clock that everybody shares: on a
-- day on which the hour changes while one works there are fewer or more.
CREATE FUNCTION portal_working_after(start timestamptz, minutes double precision, calendar portal_calendar)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    left_over double precision := greatest(minutes, 0) * 60;
    today date := (start AT TIME ZONE calendar.zone)::date;
    since timestamptz;
    room double precision;
BEGIN
    FOR tried IN 1..20000 LOOP
        IF extract(isodow FROM today)::smallint = ANY (calendar.days) AND today <> ALL (calendar.holidays) THEN
            since := greatest(start, (today + calendar.opens) AT TIME ZONE calendar.zone);
            room := extract(epoch FROM (today + calendar.closes) AT TIME ZONE calendar.zone - since);
            IF room >= left_over AND room > 0 THEN
                RETURN since + left_over * interval '1 second';
            END IF;
            left_over := left_over - greatest(room, 0);
        END IF;
        today := today + 1;
    END LOOP;
    RETURN NULL;
END $$;

-- How many working minutes lie between two moments.
CREATE FUNCTION portal_working_between(start timestamptz, stopped timestamptz, calendar portal_calendar)
RETURNS double precision LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(greatest(extract(epoch FROM
        least((each.day + calendar.closes) AT TIME ZONE calendar.zone, stopped)
        - greatest((each.day + calendar.opens) AT TIME ZONE calendar.zone, start)), 0)), 0) / 60
    FROM generate_series(
        date_trunc('day', start AT TIME ZONE calendar.zone), stopped AT TIME ZONE calendar.zone, '1 day') AS each (day)
    WHERE extract(isodow FROM each.day)::smallint = ANY (calendar.days) AND each.day::date <> ALL (calendar.holidays)
$$;

-- When a clock of so many working minutes runs out that stood still in some pauses; a pause after that is none.
CREATE FUNCTION portal_clock_ends(grievance uuid, start timestamptz, minutes double precision, calendar portal_calendar)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    ends timestamptz := public.portal_working_after(start, minutes, calendar);
    pause record;
    lost double precision;
BEGIN
    FOR pause IN SELECT p.since, p.until FROM public.tbl_grievance_pauses p
        WHERE p."grievanceId" = grievance AND p.until > start ORDER BY p.since
    LOOP
        EXIT WHEN pause.since >= ends;
        lost := public.portal_working_between(greatest(pause.since, start), pause.until, calendar);
        IF lost > 0 THEN  -- a night between leaves an end of the day where it is
            ends := public.portal_working_after(ends, lost, calendar);
        END IF;
    END LOOP;
    RETURN ends;
END $$;

-- How many working minutes a clock ran.
CREATE FUNCTION portal_clock_ran(
    grievance uuid, start timestamptz, stopped timestamptz, calendar portal_calendar
) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT round(public.portal_working_between(start, stopped, calendar) - coalesce((
        SELECT sum(public.portal_working_between(greatest(p.since, start), least(p.until, stopped), calendar))
        FROM public.tbl_grievance_pauses p
        WHERE p."grievanceId" = grievance AND p.until > start AND p.since < stopped
    ), 0))::integer
$$;

CREATE FUNCTION portal_grievance_runs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    calendar public.portal_calendar;
    target record;
    ran boolean := NEW.status IN ('NEW', 'UNDER_REVIEW');
BEGIN
    -- By what is counted stays as it is until the transaction ends: who changes it waits, and then finds this case.
    PERFORM FROM public.tbl_projects p WHERE p.uuid = NEW."projectId" FOR SHARE;
    PERFORM pg_advisory_xact_lock_shared(hashtext('portal.grievances.clocks'));
    calendar := public.portal_calendar_of(NEW."projectId");
    IF TG_OP = 'INSERT' THEN
        NEW."clockFrom" := NEW."createdAt";
    ELSE
        ran := ran OR OLD.status IN ('NEW', 'UNDER_REVIEW');
        IF NEW.reopened > OLD.reopened THEN
            NEW."clockFrom" := NEW."statusAt";
        END IF;
        IF OLD."waitingSince" IS NOT NULL AND NEW."waitingSince" IS NULL THEN
            INSERT INTO public.tbl_grievance_pauses ("grievanceId", since, until)
            VALUES (NEW.uuid, OLD."waitingSince", greatest(clock_timestamp(), OLD."waitingSince"));
        END IF;
        IF OLD."acknowledgedAt" IS NULL AND NEW."acknowledgedAt" IS NOT NULL THEN
            NEW."acknowledgeTook" := public.portal_clock_ran(NEW.uuid, NEW."createdAt", NEW."acknowledgedAt", calendar);
        END IF;
        IF NEW."resolvedAt" IS DISTINCT FROM OLD."resolvedAt" THEN
            NEW."resolveTook" := CASE WHEN NEW."resolvedAt" IS NOT NULL THEN
                public.portal_clock_ran(NEW.uuid, NEW."clockFrom", NEW."resolvedAt", calendar) END;
        END IF;
    END IF;
    -- Also of one that ends now: the last pause is known only with its end.
    IF ran THEN
        SELECT t.acknowledge, t.resolve INTO target FROM public.tbl_grievance_targets t
        WHERE t.priority = NEW.priority AND (t."categoryId" = NEW."categoryId" OR t."categoryId" IS NULL)
        ORDER BY t."categoryId" NULLS LAST LIMIT 1;
        IF NEW."acknowledgedAt" IS NULL THEN
            NEW."acknowledgeRisk" := public.portal_working_after(NEW."createdAt", target.acknowledge * 0.75, calendar);
            NEW."acknowledgeBy" := public.portal_working_after(NEW."createdAt", target.acknowledge, calendar);
        END IF;
        NEW."resolveRisk" := public.portal_clock_ends(NEW.uuid, NEW."clockFrom", target.resolve * 0.75, calendar);
        NEW."resolveBy" := public.portal_clock_ends(NEW.uuid, NEW."clockFrom", target.resolve, calendar);
    END IF;
    -- The clock that runs now, if one does.
    NEW."riskAt" := CASE WHEN NEW.status = 'NEW' THEN least(NEW."acknowledgeRisk", NEW."resolveRisk")
        WHEN NEW.status = 'UNDER_REVIEW' AND NEW."waitingSince" IS NULL THEN NEW."resolveRisk" END;
    NEW."dueAt" := CASE WHEN NEW.status = 'NEW' THEN least(NEW."acknowledgeBy", NEW."resolveBy")
        WHEN NEW.status = 'UNDER_REVIEW' AND NEW."waitingSince" IS NULL THEN NEW."resolveBy" END;
    RETURN NEW;
END $$;

-- After the trigger `moves`, by its name.
CREATE TRIGGER runs BEFORE INSERT OR UPDATE OF status, priority, "categoryId", "projectId", "waitingSince", "clockFrom"
    ON tbl_grievances FOR EACH ROW EXECUTE FUNCTION portal_grievance_runs();

-- Targets, calendars, holidays, a project's time zone changed: open cases that they are for get their moments anew.
-- What was answered stays as it was, and so does what lies in closed projects, until they are opened again.
CREATE FUNCTION portal_clocks_anew() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    projects uuid[];
    priorities text[];
BEGIN
    IF TG_TABLE_NAME = 'tbl_projects' THEN
        projects := array[NEW.uuid];
    ELSE
        PERFORM pg_advisory_xact_lock(hashtext('portal.grievances.clocks'));
        IF TG_TABLE_NAME = 'tbl_grievance_targets' THEN
            priorities := array(SELECT DISTINCT t.priority FROM touched t);
            IF TG_OP = 'UPDATE' THEN
                priorities := priorities || array(SELECT DISTINCT t.priority FROM untouched t);
            END IF;
        ELSIF TG_TABLE_NAME = 'tbl_grievance_holidays' THEN
            projects := array(SELECT DISTINCT c."projectId" FROM touched t
                JOIN public.tbl_grievance_calendars c ON c.uuid = t."calendarId");
            IF TG_OP = 'UPDATE' THEN
                projects := projects || array(SELECT DISTINCT c."projectId" FROM untouched t
                    JOIN public.tbl_grievance_calendars c ON c.uuid = t."calendarId");
            END IF;
        ELSE
            projects := array(SELECT DISTINCT t."projectId" FROM touched t);
            IF TG_OP = 'UPDATE' THEN
                projects := projects || array(SELECT DISTINCT t."projectId" FROM untouched t);
            END IF;
        END IF;
    END IF;
    UPDATE public.tbl_grievances g SET "clockFrom" = g."clockFrom" FROM public.tbl_projects p
    WHERE p.uuid = g."projectId" AND p.status <> 'CLOSED' AND g.status IN ('NEW', 'UNDER_REVIEW')
        AND (priorities IS NULL OR g.priority = ANY (priorities))
        AND (projects IS NULL OR p.uuid = ANY (projects) OR array_position(projects, NULL) IS NOT NULL
            AND NOT EXISTS (SELECT FROM public.tbl_grievance_calendars c WHERE c."projectId" = p.uuid));
    RETURN NULL;
END $$;

DO $$
DECLARE
    held text;
BEGIN
    FOREACH held IN ARRAY array['tbl_grievance_targets', 'tbl_grievance_calendars', 'tbl_grievance_holidays'] LOOP
        EXECUTE format('CREATE TRIGGER clocks_anew_added AFTER INSERT ON %I REFERENCING NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION portal_clocks_anew()', held);
        EXECUTE format('CREATE TRIGGER clocks_anew_changed AFTER UPDATE ON %I
            REFERENCING OLD TABLE AS untouched NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION portal_clocks_anew()', held);
        EXECUTE format('CREATE TRIGGER clocks_anew_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION portal_clocks_anew()', held);
    END LOOP;
END $$;

CREATE TRIGGER clocks_anew AFTER UPDATE OF "timeZone", status ON tbl_projects FOR EACH ROW
    WHEN (NEW."timeZone" IS DISTINCT FROM OLD."timeZone" OR (OLD.status = 'CLOSED' AND NEW.status <> 'CLOSED'))
    EXECUTE FUNCTION portal_clocks_anew();

SELECT set_config('portal.follows_people', 'on', true);  -- also what lies in closed projects
UPDATE tbl_grievances SET "clockFrom" = "createdAt";
SELECT set_config('portal.follows_people', '', true);
"""

DOWN = """
DROP FUNCTION portal_clocks_anew() CASCADE;
DROP FUNCTION portal_grievance_runs() CASCADE;
DROP FUNCTION portal_clock_ran(uuid, timestamptz, timestamptz, portal_calendar);
DROP FUNCTION portal_clock_ends(uuid, timestamptz, double precision, portal_calendar);
DROP FUNCTION portal_working_between(timestamptz, timestamptz, portal_calendar);
DROP FUNCTION portal_working_after(timestamptz, double precision, portal_calendar);
DROP FUNCTION portal_calendar_of(uuid);
DROP TYPE portal_calendar;
DROP INDEX ix_tbl_grievances_open_of;
ALTER TABLE tbl_grievances
    DROP COLUMN "resolveTook",
    DROP COLUMN "acknowledgeTook",
    DROP COLUMN "dueAt",
    DROP COLUMN "riskAt",
    DROP COLUMN "resolveBy",
    DROP COLUMN "resolveRisk",
    DROP COLUMN "acknowledgeBy",
    DROP COLUMN "acknowledgeRisk",
    DROP COLUMN "clockFrom";
DROP TABLE tbl_grievance_pauses;
DROP TABLE tbl_grievance_escalations;
DROP TABLE tbl_grievance_steps;
DROP TABLE tbl_grievance_rules;
DROP TABLE tbl_grievance_targets;
DROP TABLE tbl_grievance_holidays;
DROP TABLE tbl_grievance_calendars;
"""


def upgrade() -> None:
    run(SETTINGS + CLOCKS)


def downgrade() -> None:
    run(DOWN)
