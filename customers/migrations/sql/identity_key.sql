-- By what two numbers are the same person's or unit's: rules/identity.py, identity_key. One expression, so that an index
-- over it serves every query that names it.
CREATE FUNCTION customers_identity_compact(id_number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN upper(translate(normalize(id_number, NFKC), E' -\t', ''));
CREATE FUNCTION customers_identity_key(id_number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN customers_identity_compact(id_number) ~ '^[0-9]{15}$'
            THEN overlay(customers_identity_compact(id_number) PLACING '19' FROM 7 FOR 0)
        WHEN length(customers_identity_compact(id_number)) = 18 THEN left(customers_identity_compact(id_number), 17)
        WHEN length(customers_identity_compact(id_number)) >= 6 THEN customers_identity_compact(id_number)
        ELSE ''
    END;
