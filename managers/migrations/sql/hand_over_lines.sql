-- A line of a hand-over sheet, whatever ledger it stands in, changes while the sheet is a draft, is about something of the
-- sheet's branch, and its taker is another person than the giver and the witness.
-- Arguments: the table of what the line is about, and the line's column that points at it.
CREATE FUNCTION managers_hand_over_line_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    whose bigint;
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
    EXECUTE format('SELECT branch_id FROM %I WHERE id = $1', TG_ARGV[0]) INTO whose
        USING (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
    IF sheet.branch_id <> whose THEN
        RAISE EXCEPTION 'a sheet is about one branch' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_line_of_the_branch';
    END IF;
    RETURN NEW;
END $$;
