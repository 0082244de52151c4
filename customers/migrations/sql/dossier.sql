-- The history of a dossier only grows (article 9(6)).
CREATE FUNCTION customers_dossier_change_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a dossier only grows'
        USING ERRCODE = '23514', CONSTRAINT = 'dossier_changes_only_grow';
END $$;
CREATE TRIGGER dossier_change_law BEFORE UPDATE OR DELETE ON customers_dossierchange
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_change_law();
CREATE TRIGGER dossier_change_law_truncate BEFORE TRUNCATE ON customers_dossierchange
    FOR EACH STATEMENT EXECUTE FUNCTION customers_dossier_change_law();

-- The application's own role cannot even ask.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'jingli_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON customers_dossierchange FROM jingli_app;
    END IF;
END $$;

-- What stands in a dossier is never deleted, an entry that is taken out stays as it was, and each change counts the version
-- up by one, so that nobody writes over what he or she has not seen. Only a merge of two customers moves entries as they are.
CREATE FUNCTION customers_dossier_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'what stands in a dossier is not deleted'
            USING ERRCODE = '23514', CONSTRAINT = 'dossier_entry_is_kept';
    END IF;
    IF to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id' THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) ->> 'removed_at' IS NOT NULL THEN
        RAISE EXCEPTION 'what was taken out stays as it was'
            USING ERRCODE = '23514', CONSTRAINT = 'dossier_removed_stays';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'version % does not follow %', NEW.version, OLD.version
            USING ERRCODE = '23514', CONSTRAINT = 'dossier_version_counts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER basicfacts_law BEFORE UPDATE OR DELETE ON customers_basicfacts
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER leader_law BEFORE UPDATE OR DELETE ON customers_leader
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER familymember_law BEFORE UPDATE OR DELETE ON customers_familymember
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER holding_law BEFORE UPDATE OR DELETE ON customers_holding
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER creditrecord_law BEFORE UPDATE OR DELETE ON customers_creditrecord
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER majorevent_law BEFORE UPDATE OR DELETE ON customers_majorevent
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
CREATE TRIGGER otherbank_law BEFORE UPDATE OR DELETE ON customers_otherbank
    FOR EACH ROW EXECUTE FUNCTION customers_dossier_law();
