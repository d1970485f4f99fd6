-- The audit log writes itself: statement-level triggers read the rows a statement touched from its transition
-- tables, so that a bulk statement costs one INSERT ... SELECT and no code path can forget the log.
--
-- Two details are for speed. Keys are logged in their own order, because random ones would touch a page of the
-- log's index each; OFFSET 0 keeps the planner from making a row's JSON anew for each of its columns.
--
-- Trigger arguments: [0] column that names a row, [1] 'row' or 'key' (how much of it to keep),
-- [2] columns whose values are never kept, [3] column that must be true for [2] to hold ('' = always).

-- A row as it may stand in the log: what is hidden is named and not told.
CREATE FUNCTION portal_audit_shown(data jsonb, hidden text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN data || coalesce(
        (SELECT jsonb_object_agg(name, '(hidden)') FROM unnest(hidden) AS name WHERE data -> name <> 'null'), '{}'
    );

CREATE FUNCTION portal_audit_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := TG_ARGV[2];
BEGIN
    IF TG_ARGV[1] = 'key' THEN
        EXECUTE format(
            'INSERT INTO public.tbl_audit_log (action, "tableName", "recordId")
             SELECT $1, $2, n.%1$I::text FROM touched n ORDER BY n.%1$I', TG_ARGV[0]
        ) USING TG_OP, TG_TABLE_NAME::text;
    ELSE
        INSERT INTO public.tbl_audit_log (action, "tableName", "recordId", after)
        SELECT TG_OP, TG_TABLE_NAME, r.data ->> TG_ARGV[0],
            CASE WHEN TG_ARGV[3] = '' OR (r.data ->> TG_ARGV[3])::boolean
                THEN public.portal_audit_shown(r.data, hidden) ELSE r.data END
        FROM (SELECT to_jsonb(n) AS data FROM touched n) r;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION portal_audit_removed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := TG_ARGV[2];
BEGIN
    INSERT INTO public.tbl_audit_log (action, "tableName", "recordId", before)
    SELECT TG_OP, TG_TABLE_NAME, r.data ->> TG_ARGV[0],
        CASE WHEN TG_ARGV[1] = 'key' THEN NULL
            WHEN TG_ARGV[3] = '' OR (r.data ->> TG_ARGV[3])::boolean
            THEN public.portal_audit_shown(r.data, hidden) ELSE r.data END
    FROM (SELECT to_jsonb(o) AS data FROM touched o) r;
    RETURN NULL;
END $$;

-- Only what changed, and nothing where that is only bookkeeping. Rows are paired by their name; one that was
-- renamed shows as one that went and one that came.
CREATE FUNCTION portal_audit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := TG_ARGV[2];
    bookkeeping text[] := '{updatedAt,lastSeenAt,version,searchText}';
BEGIN
    EXECUTE format(
        'INSERT INTO public.tbl_audit_log (action, "tableName", "recordId", before, after)
         SELECT $1, $2, pair.name, diff.before, diff.after
         FROM (
             SELECT coalesce(n.%1$I, o.%1$I)::text AS name, to_jsonb(o) AS o, to_jsonb(n) AS n
             FROM old_rows o FULL JOIN new_rows n ON n.%1$I = o.%1$I
             WHERE (o *= n) IS NOT TRUE
             OFFSET 0
         ) pair
         CROSS JOIN LATERAL (
             SELECT jsonb_object_agg(key, CASE WHEN told OR o -> key = ''null'' THEN o -> key ELSE ''"(hidden)"'' END)
                     FILTER (WHERE o IS NOT NULL) AS before,
                 jsonb_object_agg(key, CASE WHEN told OR n -> key = ''null'' THEN n -> key ELSE ''"(hidden)"'' END)
                     FILTER (WHERE n IS NOT NULL) AS after
             FROM jsonb_object_keys(coalesce(n, o)) AS key
             CROSS JOIN LATERAL (
                 SELECT key <> ALL ($3) OR NOT ($5 = '''' OR coalesce((o ->> $5)::boolean, false)
                     OR coalesce((n ->> $5)::boolean, false)) AS told
             ) secrecy
             WHERE key <> ALL ($4) AND o -> key IS DISTINCT FROM n -> key
         ) diff
         WHERE diff.before IS NOT NULL OR diff.after IS NOT NULL', TG_ARGV[0]
    ) USING TG_OP, TG_TABLE_NAME::text, hidden, bookkeeping, TG_ARGV[3];
    RETURN NULL;
END $$;

CREATE FUNCTION portal_audit_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.tbl_audit_log (action, "tableName") VALUES (TG_OP, TG_TABLE_NAME);
    RETURN NULL;
END $$;

-- Puts a table on the log. `hidden` names columns whose values are never kept (secrets, personal data).
CREATE FUNCTION portal_audit_attach(
    audited text, key text, added text DEFAULT 'row', removed text DEFAULT 'row',
    hidden text[] DEFAULT '{}', hidden_if text DEFAULT ''
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER audit_added AFTER INSERT ON public.%I REFERENCING NEW TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION public.portal_audit_added(%L, %L, %L, %L)',
        audited, key, added, hidden, hidden_if);
    EXECUTE format('CREATE TRIGGER audit_changed AFTER UPDATE ON public.%I
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION public.portal_audit_changed(%L, %L, %L, %L)',
        audited, key, 'row', hidden, hidden_if);
    EXECUTE format('CREATE TRIGGER audit_removed AFTER DELETE ON public.%I REFERENCING OLD TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION public.portal_audit_removed(%L, %L, %L, %L)',
        audited, key, removed, hidden, hidden_if);
    EXECUTE format('CREATE TRIGGER audit_emptied AFTER TRUNCATE ON public.%I
        FOR EACH STATEMENT EXECUTE FUNCTION public.portal_audit_emptied()', audited);
END $$;
