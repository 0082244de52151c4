-- A posting's branch is its account's; an account with postings keeps its branch.
ALTER TABLE deposits_posting ADD CONSTRAINT posting_account_and_branch
    FOREIGN KEY (account_id, branch_id) REFERENCES deposits_depositaccount (id, branch_id);
ALTER TABLE deposits_attribution ADD CONSTRAINT attribution_account_and_branch
    FOREIGN KEY (account_id, branch_id) REFERENCES deposits_depositaccount (id, branch_id);

-- Postings are added, and taken back with their batch while their month is open; they never change.
CREATE FUNCTION deposits_posting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a posting never changes' USING ERRCODE = '23514', CONSTRAINT = 'posting_never_changes';
END $$;
CREATE TRIGGER posting_changed BEFORE UPDATE ON deposits_posting
    FOR EACH STATEMENT EXECUTE FUNCTION deposits_posting_stays();
CREATE TRIGGER posting_truncated BEFORE TRUNCATE ON deposits_posting
    FOR EACH STATEMENT EXECUTE FUNCTION deposits_posting_stays();
CREATE TRIGGER posting_added AFTER INSERT ON deposits_posting REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER posting_removed AFTER DELETE ON deposits_posting REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');

-- Every posting is entered on its own day, or on the first day of the earliest open month when that comes later.
CREATE FUNCTION deposits_posting_entry_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed
        LEFT JOIN (SELECT branch_id, organization_closed_until(branch_id) + 1 AS first_open
                   FROM (SELECT DISTINCT branch_id FROM changed) AS touched) AS branch USING (branch_id)
        WHERE entered_on <> greatest(posted_on, first_open)
    ) THEN
        RAISE EXCEPTION 'the entry day is the posting day or the first open day'
            USING ERRCODE = '23514', CONSTRAINT = 'posting_entry_day';
    END IF;
    RETURN NULL;
END $$;
-- After the guard (triggers fire by name), which holds the lock under which the latest closed month stays the latest.
CREATE TRIGGER posting_added_on_entry_day AFTER INSERT ON deposits_posting REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION deposits_posting_entry_day();

-- Figures of a closed month stay.
CREATE TRIGGER account_month_added AFTER INSERT ON deposits_accountmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER account_month_removed AFTER DELETE ON deposits_accountmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER account_month_changed AFTER UPDATE ON deposits_accountmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER attributed_month_added AFTER INSERT ON deposits_attributedmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER attributed_month_removed AFTER DELETE ON deposits_attributedmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER attributed_month_changed AFTER UPDATE ON deposits_attributedmonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER manager_month_added AFTER INSERT ON deposits_managermonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER manager_month_removed AFTER DELETE ON deposits_managermonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER manager_month_changed AFTER UPDATE ON deposits_managermonth REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER account_month_changed_to AFTER UPDATE ON deposits_accountmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER attributed_month_changed_to AFTER UPDATE ON deposits_attributedmonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER manager_month_changed_to AFTER UPDATE ON deposits_managermonth REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
