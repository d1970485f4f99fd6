"""Finding people by names that were heard or written wrongly, and reading names in half the time."""

from portal.core.revising import run

revision = "2026_11_23_finding"
down_revision = "2026_11_23_payouts"
branch_labels = None
depends_on = None


def _once(value: str) -> str:
    """SQL that leaves one of two equal letters in a row, as `portal_name_spelt` has it."""
    for letter in " aiubdgklmnprstz":
        value = f"replace({value}, '{letter}{letter}', '{letter}')"
    return value


# What is heard of a name without its vowels, its words apart by blanks; where nothing is left, the name itself.
HEARD = f"""coalesce(nullif(btrim({_once("translate(spelt, 'aiu', '')")}), ''), nullif(spelt, ''))"""

# A function that is not declared STRICT is put into the statement in its own words, and no longer called for each
# row; what has ASCII letters only has no accents and no other forms. PL/pgSQL is called at a third of the price of a
# function in SQL that cannot be put in. None of them answers otherwise than before, so the indexes on them stand.
KEYS = f"""
CREATE OR REPLACE FUNCTION portal_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
    RETURN CASE WHEN octet_length(value) = length(value) THEN lower(left(value, 600))
        ELSE left(lower(public.unaccent('public.unaccent'::regdictionary, normalize(left(value, 600), NFKC))), 600)
        END;

ALTER FUNCTION portal_name_spelt(text) CALLED ON NULL INPUT;

CREATE OR REPLACE FUNCTION portal_name_sound(spelt text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 30
    AS $$
    DECLARE heard text := {HEARD};
    BEGIN
        RETURN least(split_part(heard, ' ', 1), split_part(heard, ' ', -1)) || ' '
            || greatest(split_part(heard, ' ', 1), split_part(heard, ' ', -1));
    END $$;

CREATE FUNCTION portal_name_sounds(spelt text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 30
    AS $$ BEGIN RETURN string_to_array({HEARD}, ' '); END $$;
"""

INDEX = """
CREATE INDEX ix_tbl_beneficiaries_pii_sounds
    ON tbl_beneficiaries_pii USING gin (portal_name_sounds(portal_name_spelt(name)));
"""

DOWN = f"""
DROP INDEX ix_tbl_beneficiaries_pii_sounds;
DROP FUNCTION portal_name_sounds(text);
CREATE OR REPLACE FUNCTION portal_name_sound(spelt text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 30
    RETURN public.portal_two_words({HEARD});
ALTER FUNCTION portal_name_spelt(text) STRICT;
CREATE OR REPLACE FUNCTION portal_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
    RETURN left(
        lower(public.unaccent('public.unaccent'::regdictionary, normalize(left(value, 600), NFKC))), 600
    );
"""


def upgrade() -> None:
    # A million names take half a minute to hear.
    run("SET LOCAL statement_timeout = '600s'")
    run(KEYS + INDEX)


def downgrade() -> None:
    run(DOWN)
