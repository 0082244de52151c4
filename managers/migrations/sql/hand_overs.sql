-- A suspension lies inside its appointment, whichever of the two is changed; an open one lasts as long as the appointment.
-- Deferred, since an end cuts both. The appointment's row is locked by both sides before they look.
CREATE FUNCTION managers_suspension_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_TABLE_NAME = 'managers_suspension'
        THEN (to_jsonb(NEW) ->> 'appointment_id')::bigint ELSE (to_jsonb(NEW) ->> 'id')::bigint END;
BEGIN
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM managers_appointment WHERE id = wanted FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM managers_suspension AS s JOIN managers_appointment AS a ON a.id = s.appointment_id
        WHERE a.id = wanted AND (s.first_day < a.first_day OR coalesce(s.last_day, s.first_day) > a.last_day)
    ) THEN
        RAISE EXCEPTION 'a suspension lies outside its appointment'
            USING ERRCODE = '23514', CONSTRAINT = 'suspension_within_appointment';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER suspension_law AFTER INSERT OR UPDATE ON managers_suspension
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION managers_suspension_law();
CREATE CONSTRAINT TRIGGER appointment_suspension_law AFTER UPDATE ON managers_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION managers_suspension_law();

-- Who was in office in a closed month stays: another last day only touches the days between, a suspension its own.
CREATE FUNCTION managers_office_closed_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    wanted bigint;
    touched date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := (after ->> 'first_day')::date;
    ELSIF TG_OP = 'DELETE' THEN
        touched := (before ->> 'first_day')::date;
    ELSIF before ->> 'first_day' <> after ->> 'first_day' THEN
        touched := least((before ->> 'first_day')::date, (after ->> 'first_day')::date);
    ELSIF before ->> 'last_day' IS DISTINCT FROM after ->> 'last_day' THEN
        touched := least(coalesce((before ->> 'last_day')::date, 'infinity'),
                         coalesce((after ->> 'last_day')::date, 'infinity')) + 1;
    ELSE
        RETURN NULL;
    END IF;
    after := coalesce(after, before);
    wanted := CASE WHEN TG_TABLE_NAME = 'managers_appointment' THEN (after ->> 'branch_id')::bigint
        ELSE (SELECT branch_id FROM managers_appointment WHERE id = (after ->> 'appointment_id')::bigint) END;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_branch WHERE id = wanted FOR SHARE;
    IF touched <= organization_closed_until(wanted) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER suspension_closed_law AFTER INSERT OR UPDATE OR DELETE ON managers_suspension
    FOR EACH ROW EXECUTE FUNCTION managers_office_closed_law();
CREATE TRIGGER appointment_closed_law AFTER UPDATE OF last_day ON managers_appointment
    FOR EACH ROW EXECUTE FUNCTION managers_office_closed_law();

-- An appointment that a contract was signed for keeps its person, branch and first day; one that was ended by a decision
-- keeps its end.
CREATE FUNCTION managers_appointment_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.employee_id, NEW.branch_id, NEW.first_day) IS DISTINCT FROM (OLD.employee_id, OLD.branch_id, OLD.first_day)
        AND EXISTS (SELECT 1 FROM managers_contract WHERE appointment_id = OLD.id AND state <> 'draft') THEN
        RAISE EXCEPTION 'an appointment with a signed contract stays'
            USING ERRCODE = '23514', CONSTRAINT = 'appointment_of_a_contract_stays';
    END IF;
    IF OLD."end" NOT IN ('', 'expiry') AND (NEW."end", NEW.last_day) IS DISTINCT FROM (OLD."end", OLD.last_day) THEN
        RAISE EXCEPTION 'an appointment that was ended by a decision keeps its end'
            USING ERRCODE = '23514', CONSTRAINT = 'appointment_end_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointment_law BEFORE UPDATE OF employee_id, branch_id, first_day, last_day, "end" ON managers_appointment
    FOR EACH ROW EXECUTE FUNCTION managers_appointment_law();

-- A proposed change says what it says until it is decided, and a decision stays; it is about its appointment's person.
CREATE FUNCTION managers_change_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM managers_appointment AS a WHERE a.id = NEW.appointment_id
                       AND a.employee_id = NEW.employee_id AND a.branch_id = NEW.branch_id) THEN
            RAISE EXCEPTION 'a change names the person and branch of its appointment'
                USING ERRCODE = '23514', CONSTRAINT = 'change_of_its_appointment';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
        OR (NEW.appointment_id, NEW.employee_id, NEW.branch_id, NEW.kind, NEW.first_day, NEW.last_day, NEW.to_branch_id,
            NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
            IS DISTINCT FROM (OLD.appointment_id, OLD.employee_id, OLD.branch_id, OLD.kind, OLD.first_day, OLD.last_day,
            OLD.to_branch_id, OLD.reason, OLD.proposed_by_id, OLD.proposed_at)
        OR (OLD.decided_by_id IS NOT NULL AND (NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM (OLD.decided_by_id,
            OLD.decided_at))
    THEN
        RAISE EXCEPTION 'a proposed change stays as it is' USING ERRCODE = '23514', CONSTRAINT = 'appointment_change_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_law BEFORE INSERT OR UPDATE OR DELETE ON managers_appointmentchange
    FOR EACH ROW EXECUTE FUNCTION managers_change_law();
CREATE TRIGGER change_state_law BEFORE UPDATE OF state ON managers_appointmentchange
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'proposed>approved', 'proposed>rejected', 'proposed>withdrawn', 'approved>done', 'approved>withdrawn');

-- A sheet that is done or cancelled never changes; one that goes round stays as it was sent, and is done when everybody
-- asked has signed its digest.
CREATE FUNCTION managers_hand_over_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('done', 'cancelled') THEN
        RAISE EXCEPTION 'a hand-over stays' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_stays';
    END IF;
    IF (NEW.sheet_no, NEW.employee_id, NEW.branch_id, NEW.appointment_id, NEW.change_id, NEW.occasion)
        IS DISTINCT FROM (OLD.sheet_no, OLD.employee_id, OLD.branch_id, OLD.appointment_id, OLD.change_id, OLD.occasion)
        OR (OLD.state = 'signing' AND NEW.state <> 'draft'
            AND (NEW.first_day, NEW.last_day, NEW.witness_id, NEW.remarks, NEW.digest)
            IS DISTINCT FROM (OLD.first_day, OLD.last_day, OLD.witness_id, OLD.remarks, OLD.digest))
    THEN
        RAISE EXCEPTION 'a hand-over stays' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_stays';
    END IF;
    IF NEW.state = 'done' AND NOT coalesce((
        SELECT bool_and(s.signed_at IS NOT NULL AND s.digest = NEW.digest) AND bool_or(s.party = 'giver')
            AND bool_or(s.party = 'witness')
        FROM managers_handoversignature AS s WHERE s.hand_over_id = NEW.id), false)
    THEN
        RAISE EXCEPTION 'a hand-over is done when everybody has signed'
            USING ERRCODE = '23514', CONSTRAINT = 'hand_over_done_when_all_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER handover_law BEFORE UPDATE OR DELETE ON managers_handover
    FOR EACH ROW EXECUTE FUNCTION managers_hand_over_law();

-- People are asked to sign while the sheet goes round; a signature stays until the sheet goes back to a draft.
CREATE FUNCTION managers_hand_over_signature_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    SELECT state INTO stands FROM managers_handover
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.hand_over_id ELSE NEW.hand_over_id END FOR SHARE;
    IF (TG_OP = 'DELETE' AND stands <> 'draft') OR (TG_OP <> 'DELETE' AND stands <> 'signing')
        OR (TG_OP = 'UPDATE' AND (OLD.signed_at IS NOT NULL OR OLD.hand_over_id <> NEW.hand_over_id
            OR OLD.party <> NEW.party))
    THEN
        RAISE EXCEPTION 'a signature stays' USING ERRCODE = '23514', CONSTRAINT = 'hand_over_signature_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER signature_law BEFORE INSERT OR UPDATE OR DELETE ON managers_handoversignature
    FOR EACH ROW EXECUTE FUNCTION managers_hand_over_signature_law();
