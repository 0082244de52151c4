-- The way into office (articles 6 and 7): begun as a draft, decided once, with conditions that hold for everyone.

CREATE FUNCTION managers_application_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'an application begins as a draft'
            USING ERRCODE = '23514', CONSTRAINT = 'application_begins_as_draft';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_begins BEFORE INSERT ON managers_application
    FOR EACH ROW EXECUTE FUNCTION managers_application_begins();

-- What was decided, or is over, keeps everything; only its state goes on along the table, and the appointment is named once.
CREATE FUNCTION managers_application_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('not_qualified', 'rejected', 'approved', 'contracted', 'in_office', 'ended', 'withdrawn')
        AND (to_jsonb(NEW) - 'state' - 'version' - 'appointment_id'
                <> to_jsonb(OLD) - 'state' - 'version' - 'appointment_id'
            OR OLD.appointment_id IS NOT NULL AND NEW.appointment_id IS DISTINCT FROM OLD.appointment_id) THEN
        RAISE EXCEPTION 'the application is decided'
            USING ERRCODE = '23514', CONSTRAINT = 'decided_application_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_decided BEFORE UPDATE ON managers_application
    FOR EACH ROW EXECUTE FUNCTION managers_application_stays();

CREATE FUNCTION managers_application_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' OR OLD.submitted_at IS NOT NULL THEN
        RAISE EXCEPTION 'the application was handed in'
            USING ERRCODE = '23514', CONSTRAINT = 'submitted_application_is_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER application_kept BEFORE DELETE ON managers_application
    FOR EACH ROW EXECUTE FUNCTION managers_application_kept();

-- Article 6: what was checked is met, and the records still say so. The thresholds are those of the check. The action looks
-- at the branch's own day; here a day counts as reached when it is reached anywhere, and a penalty as in force when it is
-- everywhere.
CREATE FUNCTION managers_application_qualifies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest CONSTANT date := (now() AT TIME ZONE 'UTC' + interval '14 hours')::date;
    earliest CONSTANT date := (now() AT TIME ZONE 'UTC' - interval '12 hours')::date;
    checked CONSTANT jsonb := NEW.qualification;
    wanted CONSTANT text[] := ARRAY['formal', 'service', 'capacity', 'penalty']
        || CASE WHEN NEW.route = 'colleagues' THEN ARRAY['recommendations'] ELSE ARRAY[]::text[] END;
    holds boolean;
BEGIN
    SELECT NEW.declares_capacity AND person.employment = 'formal'
        AND NOT EXISTS (SELECT 1 FROM unnest(wanted) AS name WHERE NOT checked @> jsonb_build_array(
            jsonb_build_object('condition', name, 'result', 'met')))
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(checked) AS one WHERE one ->> 'result' = 'not_met')
        AND coalesce((SELECT coalesce(person.joined_system_on, person.hired_on)
                + make_interval(years => (one -> 'evidence' ->> 'required_years')::int) <= latest
            FROM jsonb_array_elements(checked) AS one WHERE one ->> 'condition' = 'service'), false)
        AND NOT EXISTS (SELECT 1 FROM managers_penalty AS penalty WHERE penalty.employee_id = person.id
            AND penalty.lifted_at IS NULL AND penalty.first_day <= earliest
            AND (penalty.last_day IS NULL OR penalty.last_day >= latest))
        AND (NEW.route <> 'colleagues' OR coalesce((SELECT (one -> 'evidence' ->> 'required')::int <= (
                SELECT count(*) FROM managers_recommendation AS r
                WHERE r.application_id = NEW.id AND r.state = 'confirmed')
            FROM jsonb_array_elements(checked) AS one WHERE one ->> 'condition' = 'recommendations'), false))
    INTO holds FROM organization_employee AS person WHERE person.id = NEW.candidate_id;
    IF NOT holds THEN
        RAISE EXCEPTION 'a condition of article 6 fails'
            USING ERRCODE = '23514', CONSTRAINT = 'application_conditions_hold';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_qualifies BEFORE UPDATE OF state ON managers_application
    FOR EACH ROW WHEN (NEW.state IN ('qualified', 'approved') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION managers_application_qualifies();

CREATE FUNCTION managers_application_steps_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'steps are only added'
        USING ERRCODE = '23514', CONSTRAINT = 'application_steps_only_grow';
END $$;
CREATE TRIGGER application_steps_grow BEFORE UPDATE OR DELETE ON managers_applicationstep
    FOR EACH ROW EXECUTE FUNCTION managers_application_steps_grow();

CREATE FUNCTION managers_recommendation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'asked' THEN
        RAISE EXCEPTION 'the recommendation is answered'
            USING ERRCODE = '23514', CONSTRAINT = 'answered_recommendation_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER recommendation_stays BEFORE UPDATE OR DELETE ON managers_recommendation
    FOR EACH ROW EXECUTE FUNCTION managers_recommendation_stays();

CREATE FUNCTION managers_recommendation_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM managers_application AS a
        WHERE a.id = NEW.application_id AND NEW.recommender_id IN (a.candidate_id, a.proposer_id)) THEN
        RAISE EXCEPTION 'the recommender is the candidate or the proposer'
            USING ERRCODE = '23514', CONSTRAINT = 'recommendation_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recommendation_by_another BEFORE INSERT OR UPDATE ON managers_recommendation
    FOR EACH ROW EXECUTE FUNCTION managers_recommendation_by_another();

-- A call stays as it was announced; it can only be closed, once.
CREATE FUNCTION managers_call_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL
        OR to_jsonb(NEW) - 'closed_at' - 'closed_by_id' <> to_jsonb(OLD) - 'closed_at' - 'closed_by_id' THEN
        RAISE EXCEPTION 'the call is announced'
            USING ERRCODE = '23514', CONSTRAINT = 'announced_call_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_stays BEFORE UPDATE ON managers_call
    FOR EACH ROW EXECUTE FUNCTION managers_call_stays();
