-- What people judge of a candidate changes only while the application is qualified: marks, assessors, results (article 6).
-- The application is locked first, so that nothing changes under the hands of whoever closes the assessment.
CREATE FUNCTION managers_assessment_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    one bigint;
    found text;
BEGIN
    PERFORM organization_require_read_committed();
    IF TG_TABLE_NAME = 'managers_mark' THEN
        SELECT array_agg(DISTINCT application_id ORDER BY application_id) INTO touched FROM managers_assessor
        WHERE id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.assessor_id ELSE NEW.assessor_id END,
                     CASE WHEN TG_OP = 'INSERT' THEN NEW.assessor_id ELSE OLD.assessor_id END);
    ELSE
        touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.application_id] WHEN 'DELETE' THEN ARRAY[OLD.application_id]
                   ELSE ARRAY[OLD.application_id, NEW.application_id] END;
    END IF;
    FOREACH one IN ARRAY coalesce(touched, '{}') LOOP
        SELECT state INTO found FROM managers_application WHERE id = one FOR NO KEY UPDATE;
        IF found <> 'qualified' THEN
            RAISE EXCEPTION 'the assessment of application % is not open', one
                USING ERRCODE = '23514', CONSTRAINT = 'assessment_closed_stays';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mark_law BEFORE INSERT OR UPDATE OR DELETE ON managers_mark
    FOR EACH ROW EXECUTE FUNCTION managers_assessment_law();
CREATE TRIGGER assessor_law BEFORE INSERT OR UPDATE OR DELETE ON managers_assessor
    FOR EACH ROW EXECUTE FUNCTION managers_assessment_law();
CREATE TRIGGER exam_result_law BEFORE INSERT OR UPDATE OR DELETE ON managers_examresult
    FOR EACH ROW EXECUTE FUNCTION managers_assessment_law();

-- Votes and the sum of their marks only grow, and not once the review is closed; who has voted has voted.
CREATE FUNCTION managers_peer_review_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a peer review stays' USING ERRCODE = '23514', CONSTRAINT = 'peer_review_only_grows';
    END IF;
    IF OLD.closed_at IS NOT NULL OR NEW.application_id <> OLD.application_id OR NEW.votes < OLD.votes
        OR NEW.marks_sum < OLD.marks_sum
        OR (NEW.votes = OLD.votes AND NEW.marks_sum <> OLD.marks_sum)
        OR NEW.marks_sum - OLD.marks_sum > (NEW.votes - OLD.votes) * 100 THEN
        RAISE EXCEPTION 'votes only grow until the review is closed'
            USING ERRCODE = '23514', CONSTRAINT = 'peer_review_only_grows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER peer_review_law BEFORE UPDATE OR DELETE ON managers_peerreview
    FOR EACH ROW EXECUTE FUNCTION managers_peer_review_law();
CREATE FUNCTION managers_peer_voter_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.review_id, NEW.employee_id) = (OLD.review_id, OLD.employee_id) AND NEW.has_voted >= OLD.has_voted THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'who is asked stays asked, who has voted has voted'
        USING ERRCODE = '23514', CONSTRAINT = 'peer_review_only_grows';
END $$;
CREATE TRIGGER peer_voter_law BEFORE UPDATE OR DELETE ON managers_peervoter
    FOR EACH ROW EXECUTE FUNCTION managers_peer_voter_law();

-- A notice says for good what it says; it is taken down once; it is never removed (article 7).
CREATE FUNCTION managers_notice_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a notice stays on record' USING ERRCODE = '23514', CONSTRAINT = 'notice_stays';
    END IF;
    IF OLD.taken_down_at IS NOT NULL
        OR (NEW.application_id, NEW.text, NEW.contact, NEW.first_day, NEW.working_days, NEW.published_by_id, NEW.published_at)
        IS DISTINCT FROM
           (OLD.application_id, OLD.text, OLD.contact, OLD.first_day, OLD.working_days, OLD.published_by_id, OLD.published_at)
    THEN
        RAISE EXCEPTION 'a notice stays as it was published' USING ERRCODE = '23514', CONSTRAINT = 'notice_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_law BEFORE UPDATE OR DELETE ON managers_publicnotice
    FOR EACH ROW EXECUTE FUNCTION managers_notice_law();

-- An objection is raised while its notice hangs, keeps its words and its objector, and keeps its answer; it is never
-- removed. Neither the candidate nor the objector looks into it or answers it. The notice is locked first, so that an
-- objection and a decision do not miss each other.
CREATE FUNCTION managers_objection_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hanging boolean;
    candidate bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM organization_require_read_committed();
        SELECT taken_down_at IS NULL INTO hanging FROM managers_publicnotice WHERE id = NEW.notice_id FOR NO KEY UPDATE;
        IF NOT hanging THEN
            RAISE EXCEPTION 'the notice is taken down' USING ERRCODE = '23514', CONSTRAINT = 'objection_needs_a_notice';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an objection stays on record' USING ERRCODE = '23514', CONSTRAINT = 'objection_stays';
    END IF;
    IF OLD.state IN ('upheld', 'dismissed')
        OR (NEW.notice_id, NEW.raised_by_id, NEW.raised_on, NEW.text)
        IS DISTINCT FROM (OLD.notice_id, OLD.raised_by_id, OLD.raised_on, OLD.text) THEN
        RAISE EXCEPTION 'an objection keeps its words, an answer is final'
            USING ERRCODE = '23514', CONSTRAINT = 'objection_stays';
    END IF;
    SELECT a.candidate_id INTO candidate
    FROM managers_publicnotice n JOIN managers_application a ON a.id = n.application_id WHERE n.id = NEW.notice_id;
    IF candidate IN (NEW.investigator_id, NEW.answered_by_id) OR NEW.raised_by_id = NEW.investigator_id THEN
        RAISE EXCEPTION 'candidate and objector stand aside'
            USING ERRCODE = '23514', CONSTRAINT = 'objection_looked_into_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER objection_law BEFORE INSERT OR UPDATE OR DELETE ON managers_objection
    FOR EACH ROW EXECUTE FUNCTION managers_objection_law();

-- Nobody is approved over an objection that is open or upheld, whoever decides.
CREATE FUNCTION managers_approval_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest bigint;
BEGIN
    PERFORM organization_require_read_committed();
    SELECT id INTO latest FROM managers_publicnotice WHERE application_id = NEW.id ORDER BY id DESC LIMIT 1
    FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM managers_objection WHERE notice_id = latest AND state <> 'dismissed') THEN
        RAISE EXCEPTION 'an objection is open or upheld'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_needs_objections_dismissed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_law BEFORE UPDATE OF state ON managers_application
    FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state <> 'approved') EXECUTE FUNCTION managers_approval_law();
