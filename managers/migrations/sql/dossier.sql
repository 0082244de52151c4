-- What was sent, done or issued stays as it is (articles 9(8) and 14). The first argument is the law's name, the others are
-- the columns that may still move.
CREATE FUNCTION managers_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV[1:] <> to_jsonb(OLD) - TG_ARGV[1:] THEN
        RAISE EXCEPTION '% % stays as it is', TG_TABLE_NAME, OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION managers_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % stays on record', TG_TABLE_NAME, OLD.id
        USING ERRCODE = '23514', CONSTRAINT = 'dossier_row_stays';
END $$;

-- Once a session's attendance is written down, nobody is added to it.
CREATE FUNCTION managers_attendance_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM managers_session WHERE id = NEW.session_id AND noted_at IS NULL AND cancelled_at IS NULL
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'session % is over', NEW.session_id
            USING ERRCODE = '23514', CONSTRAINT = 'attendance_stays';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER session_stays BEFORE UPDATE ON managers_session FOR EACH ROW
    WHEN (OLD.noted_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION managers_stays('session_stays');
CREATE TRIGGER attendance_in_time BEFORE INSERT ON managers_attendance FOR EACH ROW
    EXECUTE FUNCTION managers_attendance_in_time();
CREATE TRIGGER attendance_stays BEFORE UPDATE ON managers_attendance FOR EACH ROW
    WHEN (OLD.attended IS NOT NULL)
    EXECUTE FUNCTION managers_stays('attendance_stays');

CREATE TRIGGER inspection_stays BEFORE UPDATE ON managers_inspection FOR EACH ROW
    WHEN (OLD.inspected_on IS NOT NULL AND OLD.accepted_at IS NULL)
    EXECUTE FUNCTION managers_stays('inspection_done_stays',
        'mended_on', 'mended_words', 'accepted_by_id', 'accepted_at');
CREATE TRIGGER inspection_over BEFORE UPDATE ON managers_inspection FOR EACH ROW
    WHEN (OLD.accepted_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION managers_stays('inspection_done_stays');

CREATE TRIGGER honour_stays BEFORE UPDATE ON managers_honour FOR EACH ROW
    EXECUTE FUNCTION managers_stays('honour_stays');

CREATE TRIGGER penalty_stays BEFORE UPDATE ON managers_penalty FOR EACH ROW
    WHEN (OLD.lifted_at IS NULL)
    EXECUTE FUNCTION managers_stays('penalty_stays', 'lifted_by_id', 'lifted_at', 'lift_reason');
CREATE TRIGGER penalty_over BEFORE UPDATE ON managers_penalty FOR EACH ROW
    WHEN (OLD.lifted_at IS NOT NULL)
    EXECUTE FUNCTION managers_stays('penalty_stays');

CREATE TRIGGER letter_stays BEFORE UPDATE ON managers_authorisationletter FOR EACH ROW
    WHEN (OLD.revoked_on IS NULL)
    EXECUTE FUNCTION managers_stays('authorisation_letter_stays', 'revoked_on', 'revoked_by_id', 'revoke_reason');
CREATE TRIGGER letter_over BEFORE UPDATE ON managers_authorisationletter FOR EACH ROW
    WHEN (OLD.revoked_on IS NOT NULL)
    EXECUTE FUNCTION managers_stays('authorisation_letter_stays');

CREATE TRIGGER work_report_stays BEFORE UPDATE ON managers_workreport FOR EACH ROW
    WHEN (OLD.state IN ('sent', 'read'))
    EXECUTE FUNCTION managers_stays('work_report_sent_stays',
        'state', 'version', 'read_by_id', 'read_at', 'reply', 'replied_by_id', 'replied_at');
CREATE TRIGGER work_report_over BEFORE UPDATE ON managers_workreport FOR EACH ROW
    WHEN (OLD.state = 'replied')
    EXECUTE FUNCTION managers_stays('work_report_sent_stays');

CREATE TRIGGER session_kept BEFORE DELETE ON managers_session FOR EACH ROW EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER attendance_kept BEFORE DELETE ON managers_attendance FOR EACH ROW
    EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER inspection_kept BEFORE DELETE ON managers_inspection FOR EACH ROW
    EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER honour_kept BEFORE DELETE ON managers_honour FOR EACH ROW EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER penalty_kept BEFORE DELETE ON managers_penalty FOR EACH ROW EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER letter_kept BEFORE DELETE ON managers_authorisationletter FOR EACH ROW
    EXECUTE FUNCTION managers_never_deleted();
CREATE TRIGGER work_report_kept BEFORE DELETE ON managers_workreport FOR EACH ROW
    EXECUTE FUNCTION managers_never_deleted();
