-- A row's branch is its loan's.
ALTER TABLE loans_instalment ADD CONSTRAINT instalment_loan_and_branch
    FOREIGN KEY (loan_id, branch_id) REFERENCES loans_loan (id, branch_id);
ALTER TABLE loans_repayment ADD CONSTRAINT repayment_loan_and_branch
    FOREIGN KEY (loan_id, branch_id) REFERENCES loans_loan (id, branch_id);

CREATE TRIGGER loan_added AFTER INSERT ON loans_loan REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER loan_removed AFTER DELETE ON loans_loan REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER instalment_added AFTER INSERT ON loans_instalment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER instalment_removed AFTER DELETE ON loans_instalment REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER instalment_changed AFTER UPDATE ON loans_instalment REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER instalment_changed_to AFTER UPDATE ON loans_instalment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER repayment_added AFTER INSERT ON loans_repayment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER repayment_removed AFTER DELETE ON loans_repayment REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER repayment_changed AFTER UPDATE ON loans_repayment REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER repayment_changed_to AFTER UPDATE ON loans_repayment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER loan_month_added AFTER INSERT ON loans_loanmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER loan_month_removed AFTER DELETE ON loans_loanmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER loan_month_changed AFTER UPDATE ON loans_loanmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER loan_month_changed_to AFTER UPDATE ON loans_loanmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');

-- What a closed month has counted of a loan stays; its classification, security and due day may still change.
CREATE FUNCTION loans_counted_loan_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.loan_no, NEW.branch_id, NEW.manager_id, NEW.granted_on, NEW.entered_on, NEW.principal_fen)
        IS NOT DISTINCT FROM (OLD.loan_no, OLD.branch_id, OLD.manager_id, OLD.granted_on, OLD.entered_on, OLD.principal_fen) THEN
        RETURN NULL;
    END IF;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_branch WHERE id IN (OLD.branch_id, NEW.branch_id) ORDER BY id FOR SHARE;
    IF least(OLD.entered_on, NEW.entered_on) <= organization_closed_until(OLD.branch_id) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER loan_changed AFTER UPDATE ON loans_loan FOR EACH ROW EXECUTE FUNCTION loans_counted_loan_stays();
