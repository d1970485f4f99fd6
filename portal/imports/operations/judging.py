"""The verdict on each row: new, update, possible duplicate, or invalid with the reason. One statement for all.

The rows stand in the temporary table `incoming`. Whatever their number, they are judged set by set: against
each other and against the registry, by reference, phone, wallet, government id, and name with birth date (against the
registry also with year and place).

A reason is `{"code": …}` with `row` (the row of the file that came first) or `match` (a person's uuid).
`blocking` says that the row cannot be taken as somebody new: phone and wallet are unique in the registry.
"""

CREATE_INCOMING = """
CREATE TEMPORARY TABLE incoming (
    row_number integer NOT NULL,
    raw jsonb,
    person uuid,
    first_name text,
    last_name text,
    name text,
    phone text,
    email text,
    govt_id text,
    gender "Gender",
    birth_date date,
    age integer,
    location text,
    latitude double precision,
    longitude double precision,
    wallet text,
    notes text,
    banked_status "BankedStatus",
    internet_status "InternetStatus",
    phone_status "PhoneStatus",
    groups jsonb,
    extras jsonb,
    problems jsonb,
    warnings jsonb,
    folded_name text GENERATED ALWAYS AS (portal_fold(name)) STORED,
    folded_id text GENERATED ALWAYS AS (portal_fold(govt_id)) STORED
) ON COMMIT DROP
"""
"""What a row is compared by is folded once, while it comes in: the database does so while the next rows are read."""

_TWICE_IN_FILE = """
twice_{key} AS MATERIALIZED (
    SELECT {expression} AS value, min(row_number) AS first
    FROM incoming WHERE {expression} IS NOT NULL AND problems IS NULL
    GROUP BY 1 HAVING count(*) > 1
)"""

_KNOWN = """
known_{key} AS MATERIALIZED (
    SELECT DISTINCT ON (i.row_number) i.row_number, found.uuid, found.deleted,
           i.name IS NULL OR found.name IS NULL OR portal_fold(found.name) = i.folded_name AS same_name
    FROM incoming i CROSS JOIN LATERAL (
        SELECT b.id, b.uuid, b."deletedAt" IS NOT NULL AS deleted, p.name
        FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
        WHERE {match}
        OFFSET 0
    ) found
    WHERE {given} IS NOT NULL
    ORDER BY i.row_number, found.deleted, found.id
)"""
"""OFFSET 0 makes it look up each row by the index, however many rows the planner thinks there are: it would else
read, and for the id even fold, the whole registry."""

_BIRTHDAYS = """
twice_born AS MATERIALIZED (
    SELECT folded_name AS name, birth_date, min(row_number) AS first FROM incoming
    WHERE folded_name IS NOT NULL AND birth_date IS NOT NULL AND problems IS NULL
    GROUP BY 1, 2 HAVING count(*) > 1
),
known_birth AS MATERIALIZED (
    SELECT DISTINCT ON (i.row_number) i.row_number, known.uuid
    FROM incoming i JOIN (
        SELECT b.id, b.uuid, (b."birthDate" AT TIME ZONE 'UTC')::date AS birth_date,
               ltrim(split_part(p."searchText", E'\\x1f', 1)) AS name
        FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
        WHERE b."deletedAt" IS NULL AND b."birthDate" IS NOT NULL
    ) known ON known.name = i.folded_name AND known.birth_date = i.birth_date
    WHERE i.problems IS NULL
    ORDER BY i.row_number, known.id
)"""

_NEIGHBOURS = """
known_place AS MATERIALIZED (
    SELECT DISTINCT ON (i.row_number) i.row_number, known.uuid
    FROM incoming i JOIN (
        SELECT b.id, b.uuid, b.gender, lower(b.location) AS place,
               coalesce(date_part('year', b."birthDate" AT TIME ZONE 'UTC'),
                        date_part('year', b."createdAt" AT TIME ZONE 'UTC') - b.age) AS year,
               ltrim(split_part(p."searchText", E'\\x1f', 1)) AS name,
               split_part(p."searchText", E'\\x1f', 3) AS folded_id
        FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
        WHERE b."deletedAt" IS NULL AND b.location IS NOT NULL
        OFFSET 0
    ) known ON known.name = i.folded_name AND known.place = lower(i.location)
        AND known.year = coalesce(date_part('year', i.birth_date), date_part('year', current_date) - i.age)
    WHERE i.problems IS NULL
      AND (coalesce(i.gender, 'UNKNOWN') = 'UNKNOWN' OR known.gender IN ('UNKNOWN', i.gender))
      AND (i.folded_id IS NULL OR known.folded_id IN ('', i.folded_id))
    ORDER BY i.row_number, known.id
)"""
"""Of the marks by which duplicates are looked for (`duplicates.operations.scanning`) the one that a file of any size
can be compared by: the name as it is written, with year and place. How the names of a whole registry sound takes too
long; the search for duplicates does that. OFFSET 0 as above, or it joins by names alone, which many share."""

_ONE_PERSON = """
twice_found AS MATERIALIZED (
    SELECT uuid, min(row_number) AS first
    FROM (
        SELECT row_number, coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid) AS uuid
        FROM incoming i
        LEFT JOIN known_reference kr USING (row_number)
        LEFT JOIN known_phone kp USING (row_number)
        LEFT JOIN known_wallet kw USING (row_number)
        LEFT JOIN known_id kg USING (row_number)
        WHERE i.problems IS NULL
    ) found
    WHERE uuid IS NOT NULL GROUP BY 1 HAVING count(*) > 1
)"""
"""Two rows may find one person by different marks, a phone and an id: only the first updates them."""

_REASONS = """
judged AS (
    SELECT i.row_number,
        CASE
            WHEN i.problems IS NOT NULL OR (i.person IS NOT NULL AND kr.uuid IS NULL) THEN 'INVALID'
            WHEN tr.first < i.row_number OR tp.first < i.row_number OR tw.first < i.row_number
                OR tg.first < i.row_number OR tb.first < i.row_number OR tf.first < i.row_number THEN 'DUPLICATE'
            WHEN kp.uuid <> coalesce(kr.uuid, kp.uuid) OR kw.uuid <> coalesce(kr.uuid, kp.uuid, kw.uuid)
                OR kg.uuid <> coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid) THEN 'DUPLICATE'
            WHEN coalesce(kr.deleted, kp.deleted, kw.deleted, kg.deleted) THEN 'DUPLICATE'
            WHEN kr.uuid IS NOT NULL THEN 'UPDATE'
            WHEN coalesce(kp.uuid, kw.uuid, kg.uuid) IS NOT NULL THEN
                CASE WHEN coalesce(kp.same_name, kw.same_name, kg.same_name) THEN 'UPDATE' ELSE 'DUPLICATE' END
            WHEN kb.uuid IS NOT NULL OR kl.uuid IS NOT NULL THEN 'DUPLICATE'
            ELSE 'NEW'
        END AS verdict,
        coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid, kb.uuid, kl.uuid) AS match_id,
        nullif(jsonb_path_query_array(jsonb_build_array(
            CASE WHEN i.person IS NOT NULL AND kr.uuid IS NULL THEN '{"code": "reference_unknown"}'::jsonb END,
            CASE WHEN kr.deleted THEN
                jsonb_build_object('code', 'person_deleted', 'match', kr.uuid, 'blocking', true) END,
            CASE WHEN tr.first < i.row_number THEN
                jsonb_build_object('code', 'reference_in_file', 'row', tr.first, 'blocking', true) END,
            CASE WHEN tp.first < i.row_number THEN
                jsonb_build_object('code', 'phone_in_file', 'row', tp.first, 'blocking', true) END,
            CASE WHEN tw.first < i.row_number THEN
                jsonb_build_object('code', 'wallet_in_file', 'row', tw.first, 'blocking', true) END,
            CASE WHEN tg.first < i.row_number THEN jsonb_build_object('code', 'id_in_file', 'row', tg.first) END,
            CASE WHEN tb.first < i.row_number THEN jsonb_build_object('code', 'birth_in_file', 'row', tb.first) END,
            CASE WHEN tf.first < i.row_number
                AND least(tr.first, tp.first, tw.first, tg.first, i.row_number) = i.row_number THEN
                jsonb_build_object('code', 'person_in_file', 'row', tf.first, 'blocking', true) END,
            CASE WHEN kp.uuid IS NOT NULL AND kp.uuid IS DISTINCT FROM kr.uuid THEN
                jsonb_build_object('code', CASE WHEN kp.deleted THEN 'phone_deleted' WHEN kp.same_name
                    THEN 'phone_same_person' ELSE 'phone_known' END, 'match', kp.uuid, 'blocking', true) END,
            CASE WHEN kw.uuid IS NOT NULL AND kw.uuid IS DISTINCT FROM kr.uuid THEN
                jsonb_build_object('code', CASE WHEN kw.deleted THEN 'wallet_deleted' WHEN kw.same_name
                    THEN 'wallet_same_person' ELSE 'wallet_known' END, 'match', kw.uuid, 'blocking', true) END,
            CASE WHEN kg.uuid IS NOT NULL AND kg.uuid IS DISTINCT FROM kr.uuid THEN
                jsonb_build_object('code', CASE WHEN kg.deleted THEN 'id_deleted' WHEN kg.same_name
                    THEN 'id_same_person' ELSE 'id_known' END, 'match', kg.uuid) END,
            CASE WHEN kb.uuid IS NOT NULL AND coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid) IS NULL THEN
                jsonb_build_object('code', 'birth_known', 'match', kb.uuid) END,
            CASE WHEN kl.uuid IS NOT NULL AND coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid, kb.uuid) IS NULL THEN
                jsonb_build_object('code', 'place_known', 'match', kl.uuid) END
        ), '$[*] ? (@ != null)'), '[]'::jsonb) AS reasons
    FROM incoming i
    LEFT JOIN twice_reference tr ON tr.value = i.person
    LEFT JOIN twice_phone tp ON tp.value = i.phone
    LEFT JOIN twice_wallet tw ON tw.value = i.wallet
    LEFT JOIN twice_id tg ON tg.value = i.folded_id
    LEFT JOIN twice_born tb
        ON tb.name = i.folded_name AND tb.birth_date = i.birth_date AND i.problems IS NULL
    LEFT JOIN known_reference kr ON kr.row_number = i.row_number
    LEFT JOIN known_phone kp ON kp.row_number = i.row_number
    LEFT JOIN known_wallet kw ON kw.row_number = i.row_number
    LEFT JOIN known_id kg ON kg.row_number = i.row_number
    LEFT JOIN known_birth kb ON kb.row_number = i.row_number
    LEFT JOIN known_place kl ON kl.row_number = i.row_number
    LEFT JOIN twice_found tf ON tf.uuid = coalesce(kr.uuid, kp.uuid, kw.uuid, kg.uuid)
)"""

JUDGED = "WITH " + ",".join(
    [
        _TWICE_IN_FILE.format(key="reference", expression="person"),
        _TWICE_IN_FILE.format(key="phone", expression="phone"),
        _TWICE_IN_FILE.format(key="wallet", expression="wallet"),
        _TWICE_IN_FILE.format(key="id", expression="folded_id"),
        _KNOWN.format(key="reference", given="i.person", match='b.uuid = i.person AND b."erasedAt" IS NULL'),
        _KNOWN.format(key="phone", given="i.phone", match="p.phone = i.phone"),
        _KNOWN.format(key="wallet", given="i.wallet", match='lower(b."walletAddress") = lower(i.wallet)'),
        _KNOWN.format(
            key="id",
            given="i.folded_id",
            match="portal_fold(p.extras ->> 'govtIDNumber') = i.folded_id "
            "AND (p.extras ->> 'govtIDNumber') IS NOT NULL",
        ),
        _BIRTHDAYS,
        _NEIGHBOURS,
        _ONE_PERSON,
        _REASONS,
    ]
)
"""The common table expressions that end in `judged(row_number, verdict, match_id, reasons)`."""
