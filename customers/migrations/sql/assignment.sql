-- An assignment lies within its manager's days in office at its branch, without the days of suspension (article 14); so no
-- appointment is cut short and no suspension begins under one. The manager's row is locked by both sides before they look.
CREATE FUNCTION customers_assignment_office_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    customer bigint := CASE WHEN TG_TABLE_NAME = 'customers_assignment' THEN (to_jsonb(NEW) ->> 'customer_id')::bigint END;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'customers_assignment' THEN person := (to_jsonb(NEW) ->> 'manager_id')::bigint;
        WHEN 'managers_suspension' THEN
            SELECT employee_id INTO person FROM managers_appointment
            WHERE id = (to_jsonb(NEW) ->> 'appointment_id')::bigint;
        ELSE person := (to_jsonb(OLD) ->> 'employee_id')::bigint;
    END CASE;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_employee WHERE id = person FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM customers_assignment AS a
        WHERE a.manager_id = person AND (customer IS NULL OR a.customer_id = customer)
          AND NOT coalesce(((
              SELECT range_agg(daterange(o.first_day, o.last_day, '[]'))
              FROM managers_appointment AS o WHERE o.employee_id = person AND o.branch_id = a.branch_id)
              - coalesce((
              SELECT range_agg(daterange(s.first_day, s.last_day, '[]'))
              FROM managers_suspension AS s JOIN managers_appointment AS o ON o.id = s.appointment_id
              WHERE o.employee_id = person AND o.branch_id = a.branch_id), '{}'::datemultirange))
              @> daterange(a.first_day, a.last_day, '[]'), false)
    ) THEN
        RAISE EXCEPTION 'an assignment lies outside the days in office'
            USING ERRCODE = '23514', CONSTRAINT = 'assignment_within_office';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assignment_office_law AFTER INSERT OR UPDATE ON customers_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_assignment_office_law();
CREATE CONSTRAINT TRIGGER appointment_assignment_law AFTER UPDATE OR DELETE ON managers_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_assignment_office_law();
CREATE CONSTRAINT TRIGGER suspension_assignment_law AFTER INSERT OR UPDATE ON managers_suspension
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_assignment_office_law();

-- A customer is assigned at the branch that it belongs to. The customer's row is locked, so that nobody moves it meanwhile.
CREATE FUNCTION customers_assignment_branch_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
BEGIN
    PERFORM organization_require_read_committed();
    SELECT branch_id INTO whose FROM customers_customer WHERE id = NEW.customer_id FOR SHARE;
    IF whose <> NEW.branch_id THEN
        RAISE EXCEPTION 'a customer is assigned at another branch'
            USING ERRCODE = '23514', CONSTRAINT = 'assignment_at_the_customers_branch';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_branch_law AFTER INSERT OR UPDATE OF customer_id, branch_id ON customers_assignment
    FOR EACH ROW EXECUTE FUNCTION customers_assignment_branch_law();

-- A customer does not change the branch under an assignment that holds or is to come.
CREATE FUNCTION customers_moved_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM customers_assignment
        WHERE customer_id = NEW.id AND (last_day IS NULL OR last_day >= CURRENT_DATE)
    ) THEN
        RAISE EXCEPTION 'an assigned customer does not change the branch'
            USING ERRCODE = '23514', CONSTRAINT = 'assigned_customer_stays';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customer_moved_law AFTER UPDATE OF branch_id ON customers_customer
    FOR EACH ROW WHEN (NEW.branch_id IS DISTINCT FROM OLD.branch_id) EXECUTE FUNCTION customers_moved_law();
