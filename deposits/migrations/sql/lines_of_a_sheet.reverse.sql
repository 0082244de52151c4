DROP TRIGGER hand_over_line_law ON deposits_attributionhandover;
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
