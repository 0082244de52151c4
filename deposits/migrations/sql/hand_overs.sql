-- Days of suspension are not days in office: an attribution lies outside them, and a suspension does not begin under one.
CREATE OR REPLACE FUNCTION deposits_office_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    account bigint := CASE WHEN TG_TABLE_NAME = 'deposits_attribution' THEN (to_jsonb(NEW) ->> 'account_id')::bigint END;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'deposits_attribution' THEN person := (to_jsonb(NEW) ->> 'manager_id')::bigint;
        WHEN 'managers_suspension' THEN
            SELECT employee_id INTO person FROM managers_appointment
            WHERE id = (to_jsonb(NEW) ->> 'appointment_id')::bigint;
        ELSE person := (to_jsonb(OLD) ->> 'employee_id')::bigint;
    END CASE;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_employee WHERE id = person FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM deposits_attribution AS a
        WHERE a.manager_id = person AND (account IS NULL OR a.account_id = account)
          AND NOT coalesce(((
              SELECT range_agg(daterange(o.first_day, o.last_day, '[]'))
              FROM managers_appointment AS o WHERE o.employee_id = person AND o.branch_id = a.branch_id)
              - coalesce((
              SELECT range_agg(daterange(s.first_day, s.last_day, '[]'))
              FROM managers_suspension AS s JOIN managers_appointment AS o ON o.id = s.appointment_id
              WHERE o.employee_id = person AND o.branch_id = a.branch_id), '{}'::datemultirange))
              @> daterange(a.first_day, a.last_day, '[]'), false)
    ) THEN
        RAISE EXCEPTION 'an attribution lies outside the days in office'
            USING ERRCODE = '23514', CONSTRAINT = 'attribution_within_office';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER suspension_office_law AFTER INSERT OR UPDATE ON managers_suspension
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposits_office_law();

-- A line of a hand-over sheet changes while the sheet is a draft, is about an account of the sheet's branch, and its taker
-- is another person than the giver and the witness.
CREATE FUNCTION deposits_hand_over_line_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
BEGIN
    SELECT state, employee_id, witness_id, branch_id INTO sheet FROM managers_handover
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.hand_over_id ELSE NEW.hand_over_id END FOR SHARE;
    IF sheet.state <> 'draft' OR (TG_OP = 'UPDATE' AND NEW.hand_over_id <> OLD.hand_over_id) THEN
        RAISE EXCEPTION 'a line of a hand-over stays' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_line_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.taker_id IN (sheet.employee_id, sheet.witness_id) THEN
        RAISE EXCEPTION 'the taker is a third person' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_to_a_third_person';
    END IF;
    IF sheet.branch_id <> (SELECT branch_id FROM deposits_depositaccount WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'a sheet is about one branch' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_line_of_the_branch';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hand_over_line_law BEFORE INSERT OR UPDATE OR DELETE ON deposits_attributionhandover
    FOR EACH ROW EXECUTE FUNCTION deposits_hand_over_line_law();
