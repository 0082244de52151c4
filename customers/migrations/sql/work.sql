-- Visits go along their states; the steps are those of customers/rules/states.py.
CREATE TRIGGER visit_state_law BEFORE UPDATE OF state ON customers_visit
    FOR EACH ROW EXECUTE FUNCTION organization_state_law('planned>cancelled', 'planned>done', 'done>cancelled');

-- The manager to whom a customer is or was assigned, or who looks after a prospect, writes its visits, at its branch.
-- Only looked at when the note is made: a hand-over or a merge later takes nothing from it.
CREATE FUNCTION customers_visit_own_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM customers_assignment AS a JOIN customers_customer AS c ON c.id = a.customer_id
        WHERE a.customer_id = NEW.customer_id AND a.manager_id = NEW.manager_id AND c.branch_id = NEW.branch_id
    ) AND NOT EXISTS (
        SELECT 1 FROM customers_prospect AS p
        WHERE p.id = NEW.prospect_id AND p.manager_id = NEW.manager_id AND p.branch_id = NEW.branch_id
    ) THEN
        RAISE EXCEPTION 'a visit is written by the own manager' USING ERRCODE = '23514', CONSTRAINT = 'visit_by_own_manager';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visit_own_law BEFORE INSERT ON customers_visit
    FOR EACH ROW EXECUTE FUNCTION customers_visit_own_law();

-- A note keeps its author, and a day after it was written down its words too; a cancelled one at once. What is kept of a
-- promise, and the customer whom a merge names, may change.
CREATE FUNCTION customers_visit_stays_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR NEW.prospect_id IS DISTINCT FROM OLD.prospect_id
        OR NEW.branch_id <> OLD.branch_id
        OR (OLD.state <> 'planned'
            AND (NEW.manager_id, NEW.token, NEW.made_at) IS DISTINCT FROM (OLD.manager_id, OLD.token, OLD.made_at))
        OR ((OLD.state = 'cancelled' OR (OLD.state = 'done' AND OLD.made_at < now() - interval '24 hours'))
            AND (NEW.kind, NEW.purpose, NEW.day, NEW.said, NEW.next_step, NEW.next_on, NEW.latitude_millionths,
                NEW.longitude_millionths, NEW.accuracy_m, NEW.state)
            IS DISTINCT FROM (OLD.kind, OLD.purpose, OLD.day, OLD.said, OLD.next_step, OLD.next_on,
                OLD.latitude_millionths, OLD.longitude_millionths, OLD.accuracy_m, OLD.state))
    THEN
        RAISE EXCEPTION 'the note of a visit stays' USING ERRCODE = '23514', CONSTRAINT = 'visit_note_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER visit_stays_law BEFORE UPDATE OR DELETE ON customers_visit
    FOR EACH ROW EXECUTE FUNCTION customers_visit_stays_law();

-- What was added stays: corrections of visits, steps of prospects.
CREATE FUNCTION customers_visit_correction_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a correction stays' USING ERRCODE = '23514', CONSTRAINT = 'visit_corrections_only_grow';
END $$;
CREATE TRIGGER visit_correction_law BEFORE UPDATE OR DELETE ON customers_visitcorrection
    FOR EACH ROW EXECUTE FUNCTION customers_visit_correction_law();
CREATE FUNCTION customers_prospect_step_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the steps of a prospect stay' USING ERRCODE = '23514', CONSTRAINT = 'prospect_steps_only_grow';
END $$;
CREATE TRIGGER prospect_step_law BEFORE UPDATE OR DELETE ON customers_prospectstep
    FOR EACH ROW EXECUTE FUNCTION customers_prospect_step_law();

-- Prospects move along their stages alone, and are never deleted.
CREATE FUNCTION customers_prospect_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a prospect stays on record' USING ERRCODE = '23514', CONSTRAINT = 'prospect_stays';
    END IF;
    IF NEW.stage <> OLD.stage AND NOT (OLD.stage || '>' || NEW.stage) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'no step leads from % to %', OLD.stage, NEW.stage
            USING ERRCODE = '23514', CONSTRAINT = 'prospect_stage_allowed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prospect_law BEFORE UPDATE OF stage OR DELETE ON customers_prospect
    FOR EACH ROW EXECUTE FUNCTION customers_prospect_law(
    'found>interested', 'found>lost', 'found>promised', 'found>visited', 'found>won', 'interested>lost',
    'interested>promised', 'interested>visited', 'interested>won', 'lost>found', 'promised>interested', 'promised>lost',
    'promised>won', 'visited>interested', 'visited>lost', 'visited>promised', 'visited>won');

-- Who looks after a prospect is, or was, an account manager of its branch.
CREATE FUNCTION customers_prospect_manager_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM managers_appointment WHERE employee_id = NEW.manager_id AND branch_id = NEW.branch_id) THEN
        RAISE EXCEPTION 'a prospect has a manager of its branch'
            USING ERRCODE = '23514', CONSTRAINT = 'prospect_manager_of_branch';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prospect_manager_law BEFORE INSERT OR UPDATE OF manager_id, branch_id ON customers_prospect
    FOR EACH ROW EXECUTE FUNCTION customers_prospect_manager_law();
