-- Finding names in any script, with or without accents, by any part.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

-- One spelling for what people read as the same: full-width and composed forms, accents and case are gone.
-- Capped, so that an index entry made of it always fits its page. unaccent() is only called STABLE because its
-- dictionary could be replaced; ours is named and stays, so the result may stand in indexes.
CREATE FUNCTION portal_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20
    RETURN left(
        lower(public.unaccent('public.unaccent'::regdictionary, normalize(left(value, 600), NFKC))), 600
    );

-- What the search box looks through: folded name, digits of the phone, folded government id. The unit separator
-- between them sorts before a blank, so that "ram" comes before "ram bahadur", and gives the name back by itself.
-- A person without a phone has 'none:<uuid>', whose digits mean nothing. Each part has room of its own, so that an
-- endless name does not push the phone out.
CREATE FUNCTION portal_search_text(name text, phone text, government_id text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 60
    RETURN ' ' || coalesce(left(public.portal_fold(name), 400), '')
        || E'\x1f'
        || CASE WHEN phone LIKE 'none:%' THEN ''
            ELSE coalesce(left(regexp_replace(phone, '[^0-9]', '', 'g'), 40), '') END
        || E'\x1f' || coalesce(left(public.portal_fold(government_id), 150), '');
