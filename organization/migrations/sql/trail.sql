-- The trail only grows, each entry on the hash of the one before it in its branch's chain.
CREATE FUNCTION organization_trail_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head organization_trailhead;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'the trail only grows' USING ERRCODE = '23514', CONSTRAINT = 'trail_only_grows';
    END IF;
    PERFORM organization_require_read_committed();
    SELECT * INTO head FROM organization_trailhead WHERE branch_key = NEW.branch_key FOR NO KEY UPDATE;
    IF NEW.seq IS DISTINCT FROM head.last_seq + 1
        OR NEW.previous_hash IS DISTINCT FROM head.last_hash
        OR NEW.hash <> encode(sha256(convert_to(NEW.previous_hash || NEW.body, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'the entry does not follow the chain' USING ERRCODE = '23514', CONSTRAINT = 'trail_is_a_chain';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trail_law BEFORE INSERT OR UPDATE OR DELETE ON organization_trailentry
    FOR EACH ROW EXECUTE FUNCTION organization_trail_law();
CREATE TRIGGER trail_law_truncate BEFORE TRUNCATE ON organization_trailentry
    FOR EACH STATEMENT EXECUTE FUNCTION organization_trail_law();

-- The application's own role cannot even ask.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'jingli_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON organization_trailentry FROM jingli_app;
        REVOKE DELETE, TRUNCATE ON organization_trailhead FROM jingli_app;
    END IF;
END $$;

-- Stored files are digests, spreadsheets and already compressed: kept as they are, not packed again.
ALTER TABLE organization_filepiece ALTER COLUMN content SET STORAGE EXTERNAL;
