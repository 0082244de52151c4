-- A signed contract stays as it was signed: its state moves, its last day comes earlier, nothing else changes. What a file
-- brought in as signed on paper has nobody who drafted it here; files go on changing it. And nobody drafts or signs for the
-- branch a contract of his or her own.
CREATE FUNCTION managers_contract_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state <> 'draft' AND OLD.made_by_id IS NOT NULL AND (
        TG_OP = 'DELETE'
        OR to_jsonb(NEW) - ARRAY['state', 'last_day'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'last_day']
        OR coalesce(NEW.last_day, 'infinity') > coalesce(OLD.last_day, 'infinity')
    ) THEN
        RAISE EXCEPTION 'a signed contract stays' USING ERRCODE = '23514', CONSTRAINT = 'signed_contract_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    person := coalesce((SELECT employee_id FROM managers_appointment WHERE id = NEW.appointment_id),
                       (SELECT candidate_id FROM managers_application WHERE id = NEW.application_id));
    IF person IN (NEW.made_by_id, NEW.branch_signed_by_id) THEN
        RAISE EXCEPTION 'a contract has two sides'
            USING ERRCODE = '23514', CONSTRAINT = 'contract_not_with_oneself';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contract_law BEFORE INSERT OR UPDATE OR DELETE ON managers_contract
    FOR EACH ROW EXECUTE FUNCTION managers_contract_law();

-- Its targets stay with it. The share lock on the contract lets a signature and a change wait for each other.
CREATE FUNCTION managers_contract_target_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.contract_id] WHEN 'DELETE' THEN ARRAY[OLD.contract_id]
                       ELSE ARRAY[OLD.contract_id, NEW.contract_id] END;
BEGIN
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM managers_contract WHERE id = ANY (wanted) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM managers_contract
               WHERE id = ANY (wanted) AND state <> 'draft' AND made_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a signed contract stays' USING ERRCODE = '23514', CONSTRAINT = 'signed_contract_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER contract_target_law BEFORE INSERT OR UPDATE OR DELETE ON managers_contracttarget
    FOR EACH ROW EXECUTE FUNCTION managers_contract_target_law();

-- A contract that holds, or held, lies inside its appointment, whichever of the two is changed. One that was agreed and
-- ended before it ever began has no days. Deferred: an appointment and its contract are cut short one after the other.
CREATE FUNCTION managers_contract_office_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_TABLE_NAME = 'managers_contract' THEN (to_jsonb(NEW) ->> 'appointment_id')::bigint
                          ELSE NEW.id END;
BEGIN
    IF wanted IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM managers_appointment WHERE id = wanted FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM managers_contract AS c JOIN managers_appointment AS o ON o.id = c.appointment_id
        WHERE o.id = wanted AND c.state <> 'draft'
          AND NOT daterange(o.first_day, o.last_day, '[]') @> daterange(c.first_day, c.last_day, '[]')
          AND NOT (c.state = 'ended' AND c.first_day > o.last_day)
    ) THEN
        RAISE EXCEPTION 'a contract lies outside its appointment'
            USING ERRCODE = '23514', CONSTRAINT = 'contract_within_office';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contract_office_law AFTER INSERT OR UPDATE OF appointment_id, state, first_day, last_day
    ON managers_contract DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION managers_contract_office_law();
CREATE CONSTRAINT TRIGGER appointment_contract_law AFTER UPDATE OF first_day, last_day
    ON managers_appointment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION managers_contract_office_law();

-- An approved plan stays as it was approved; a later version replaces it.
CREATE FUNCTION managers_plan_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state') THEN
        RAISE EXCEPTION 'an approved plan stays' USING ERRCODE = '23514', CONSTRAINT = 'approved_plan_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plan_law BEFORE UPDATE OR DELETE ON managers_plan
    FOR EACH ROW EXECUTE FUNCTION managers_plan_law();

CREATE FUNCTION managers_plan_part_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.plan_id] WHEN 'DELETE' THEN ARRAY[OLD.plan_id]
                       ELSE ARRAY[OLD.plan_id, NEW.plan_id] END;
BEGIN
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM managers_plan WHERE id = ANY (wanted) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM managers_plan WHERE id = ANY (wanted) AND state <> 'draft') THEN
        RAISE EXCEPTION 'an approved plan stays' USING ERRCODE = '23514', CONSTRAINT = 'approved_plan_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plan_part_law BEFORE INSERT OR UPDATE OR DELETE ON managers_planpart
    FOR EACH ROW EXECUTE FUNCTION managers_plan_part_law();

-- Once it is approved, its parts add up to the whole. Parts of a draft wait for the approval's lock, or it for theirs.
CREATE FUNCTION managers_plan_sum_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state <> 'draft' AND whole_hundredths
               IS DISTINCT FROM (SELECT sum(part_hundredths) FROM managers_planpart WHERE plan_id = NEW.id)
        FROM managers_plan WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'the parts of a plan add up to its whole' USING ERRCODE = '23514', CONSTRAINT = 'plan_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER plan_sum_law AFTER INSERT OR UPDATE ON managers_plan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION managers_plan_sum_law();

-- Wages and expenses of a closed month stay as they are.
CREATE TRIGGER monthly_cost_added AFTER INSERT ON managers_monthlycost REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER monthly_cost_removed AFTER DELETE ON managers_monthlycost REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER monthly_cost_changed_from AFTER UPDATE ON managers_monthlycost REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER monthly_cost_changed_to AFTER UPDATE ON managers_monthlycost REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
