DROP TRIGGER hand_over_line_law ON deposits_attributionhandover;
DROP FUNCTION deposits_hand_over_line_law;
DROP TRIGGER suspension_office_law ON managers_suspension;
CREATE OR REPLACE FUNCTION deposits_office_law() RETURNS trigger LANGUAGE plpgsql AS $$
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
