-- On any day the shares of an account sum to at most 10,000, whoever writes at the same time: the account's row is locked
-- before the sum is looked at. Deferred, since a legal change (60/40 to 40/60) passes through more.
CREATE FUNCTION deposits_share_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
BEGIN
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM deposits_depositaccount WHERE id = wanted FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT first_day FROM deposits_attribution WHERE account_id = wanted) AS edge
        JOIN deposits_attribution AS a ON a.account_id = wanted
            AND edge.first_day >= a.first_day AND (a.last_day IS NULL OR edge.first_day <= a.last_day)
        GROUP BY edge.first_day HAVING sum(a.share_bp) > 10000
    ) THEN
        RAISE EXCEPTION 'shares of an account sum to more than 100 %% on a day'
            USING ERRCODE = '23514', CONSTRAINT = 'attribution_shares_within_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attribution_share_law AFTER INSERT OR UPDATE ON deposits_attribution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposits_share_law();

-- An attribution lies within its manager's days in office at the account's branch (article 14); so an appointment cannot
-- be cut short under attributions either. The manager's row is locked by both sides before they look.
CREATE FUNCTION deposits_office_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := CASE
        WHEN TG_TABLE_NAME = 'deposits_attribution' THEN (to_jsonb(NEW) ->> 'manager_id')::bigint
        ELSE (to_jsonb(OLD) ->> 'employee_id')::bigint END;
    account bigint := CASE WHEN TG_TABLE_NAME = 'deposits_attribution' THEN (to_jsonb(NEW) ->> 'account_id')::bigint END;
BEGIN
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_employee WHERE id = person FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM deposits_attribution AS a
        WHERE a.manager_id = person AND (account IS NULL OR a.account_id = account)
          AND NOT coalesce((
              SELECT range_agg(daterange(o.first_day, o.last_day, '[]')) @> daterange(a.first_day, a.last_day, '[]')
              FROM managers_appointment AS o WHERE o.employee_id = person AND o.branch_id = a.branch_id), false)
    ) THEN
        RAISE EXCEPTION 'an attribution lies outside the days in office'
            USING ERRCODE = '23514', CONSTRAINT = 'attribution_within_office';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attribution_office_law AFTER INSERT OR UPDATE ON deposits_attribution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposits_office_law();
CREATE CONSTRAINT TRIGGER appointment_office_law AFTER UPDATE OR DELETE ON managers_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposits_office_law();

-- No change of an attribution touches a day of a closed month: ending one later or earlier only touches the days between.
CREATE FUNCTION deposits_attribution_closed_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    branch bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.branch_id ELSE NEW.branch_id END;
    touched date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := NEW.first_day;
    ELSIF TG_OP = 'DELETE' THEN
        touched := OLD.first_day;
    ELSIF (NEW.account_id, NEW.branch_id, NEW.manager_id, NEW.first_day, NEW.share_bp)
        IS DISTINCT FROM (OLD.account_id, OLD.branch_id, OLD.manager_id, OLD.first_day, OLD.share_bp) THEN
        touched := least(NEW.first_day, OLD.first_day);
    ELSIF NEW.last_day IS DISTINCT FROM OLD.last_day THEN
        touched := least(coalesce(NEW.last_day, 'infinity'), coalesce(OLD.last_day, 'infinity')) + 1;
    ELSE
        RETURN NULL;
    END IF;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_branch WHERE id = branch FOR SHARE;
    IF touched <= organization_closed_until(branch) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER attribution_closed_law AFTER INSERT OR UPDATE OR DELETE ON deposits_attribution
    FOR EACH ROW EXECUTE FUNCTION deposits_attribution_closed_law();
