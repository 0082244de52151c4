-- The catalogue: what a sale was counted by stays as it was; other points are another row from a day on (article 9(3)).
CREATE FUNCTION customers_product_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'product % stays', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'service_product_stays';
    END IF;
    PERFORM organization_require_read_committed();
    -- The row is locked by now: a sale that is being entered holds it FOR SHARE, and is seen here.
    IF EXISTS (
        SELECT 1 FROM customers_sale AS s WHERE s.product_id = OLD.id AND s.state <> 'rejected'
        AND ((NEW.branch_id, NEW.code, NEW.unit, NEW.points_hundredths, NEW.first_day)
                IS DISTINCT FROM (OLD.branch_id, OLD.code, OLD.unit, OLD.points_hundredths, OLD.first_day)
            OR s.sold_on > NEW.last_day)
    ) THEN
        RAISE EXCEPTION 'product % was sold', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'sold_product_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER product_law BEFORE UPDATE OR DELETE ON customers_serviceproduct
    FOR EACH ROW EXECUTE FUNCTION customers_product_law();

-- Sales go along their states; the steps are those of customers/rules/states.py.
CREATE TRIGGER sale_state_law BEFORE UPDATE OF state ON customers_sale
    FOR EACH ROW EXECUTE FUNCTION organization_state_law('draft>confirmed', 'draft>rejected', 'confirmed>rejected');

-- A sale begins as a draft, by a product of the catalogue of its branch on its day, with that day's points; what was sold
-- stays. The entry day moves once, when it is confirmed; a merge may name the customer anew.
CREATE FUNCTION customers_sale_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sold customers_serviceproduct;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'sale % stays', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'sale_stays';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - '{state,entered_on,decided_by_id,decided_at,reason,customer_id}'::text[]
                <> to_jsonb(OLD) - '{state,entered_on,decided_by_id,decided_at,reason,customer_id}'::text[]
            OR (NEW.entered_on <> OLD.entered_on AND NOT (OLD.state = 'draft' AND NEW.state = 'confirmed'))
            OR (NEW.state = OLD.state AND (NEW.decided_by_id, NEW.decided_at, NEW.reason)
                IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at, OLD.reason)) THEN
            RAISE EXCEPTION 'sale % stays', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'sale_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'a sale begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'sale_begins_as_a_draft';
    END IF;
    PERFORM organization_require_read_committed();
    SELECT * INTO sold FROM customers_serviceproduct WHERE id = NEW.product_id FOR SHARE;
    IF NEW.sold_on < sold.first_day OR NEW.sold_on > sold.last_day OR NOT EXISTS (
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT id, parent_id FROM organization_branch WHERE id = NEW.branch_id
            UNION
            SELECT b.id, b.parent_id FROM organization_branch AS b JOIN above ON b.id = above.parent_id
        )
        SELECT 1 FROM above WHERE id = sold.branch_id
    ) THEN
        RAISE EXCEPTION 'product % is not offered there and then', sold.id
            USING ERRCODE = '23514', CONSTRAINT = 'sale_of_a_product_in_force';
    END IF;
    -- customers/rules/products.py, points_of_sale: half up, once.
    IF NEW.points_hundredths <> (sold.points_hundredths::bigint * NEW.quantity_hundredths + 50) / 100 THEN
        RAISE EXCEPTION 'other points than the product gives' USING ERRCODE = '23514', CONSTRAINT = 'sale_has_its_points';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sale_law BEFORE INSERT OR UPDATE OR DELETE ON customers_sale
    FOR EACH ROW EXECUTE FUNCTION customers_sale_law();

-- Confirmed sales are what a month is scored from: none enters, leaves or changes in a closed month. A draft is no figure
-- yet and may be decided later; a merge that names another customer changes no figure.
CREATE TRIGGER sale_added AFTER INSERT ON customers_sale REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE FUNCTION customers_guard_sales() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    branches bigint[];
    first_days date[];
    last_days date[];
BEGIN
    PERFORM organization_require_read_committed();
    SELECT array_agg(branch_id), array_agg(first_day), array_agg(last_day) INTO branches, first_days, last_days
    FROM (
        SELECT branch_id, min(entered_on) AS first_day, max(entered_on) AS last_day
        FROM (
            SELECT o.branch_id, o.entered_on FROM former AS o JOIN present AS n USING (id)
            WHERE o.state = 'confirmed' AND (o.branch_id, o.manager_id, o.entered_on, o.state, o.points_hundredths)
                IS DISTINCT FROM (n.branch_id, n.manager_id, n.entered_on, n.state, n.points_hundredths)
            UNION ALL
            SELECT n.branch_id, n.entered_on FROM former AS o JOIN present AS n USING (id)
            WHERE n.state = 'confirmed' AND (o.branch_id, o.manager_id, o.entered_on, o.state, o.points_hundredths)
                IS DISTINCT FROM (n.branch_id, n.manager_id, n.entered_on, n.state, n.points_hundredths)
        ) AS figures GROUP BY branch_id
    ) AS touched;
    IF branches IS NULL THEN
        RETURN NULL;
    END IF;
    -- Branches before months, both in order, as organization_guard_closed_month locks them.
    PERFORM 1 FROM organization_branch WHERE id = ANY(branches) ORDER BY id FOR SHARE;
    PERFORM 1 FROM organization_monthclose AS m
        JOIN unnest(branches, first_days, last_days) AS t (branch_id, first_day, last_day) ON t.branch_id = m.branch_id
        WHERE m.month BETWEEN date_trunc('month', t.first_day)::date AND t.last_day
        ORDER BY m.branch_id, m.month FOR SHARE OF m;
    IF EXISTS (SELECT 1 FROM unnest(branches, first_days) AS t (branch_id, first_day)
               WHERE t.first_day <= organization_closed_until(t.branch_id)) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sale_changed AFTER UPDATE ON customers_sale REFERENCING OLD TABLE AS former NEW TABLE AS present
    FOR EACH STATEMENT EXECUTE FUNCTION customers_guard_sales();

-- Service requests (article 9(4)): what was asked for stays; it is answered or cancelled once, and goes over to another
-- manager or customer only with them.
CREATE TRIGGER request_state_law BEFORE UPDATE OF state ON customers_servicerequest
    FOR EACH ROW EXECUTE FUNCTION organization_state_law('received>answered', 'received>cancelled');
CREATE TRIGGER request_stays BEFORE UPDATE ON customers_servicerequest FOR EACH ROW
    WHEN (OLD.state = 'received')
    EXECUTE FUNCTION managers_stays('request_stays', 'state', 'version', 'manager_id', 'customer_id', 'answer',
        'answered_by_id', 'answered_on', 'cancelled_by_id', 'cancelled_on', 'cancel_reason');
CREATE TRIGGER request_over BEFORE UPDATE ON customers_servicerequest FOR EACH ROW
    WHEN (OLD.state <> 'received')
    EXECUTE FUNCTION managers_stays('request_stays', 'customer_id');
CREATE FUNCTION customers_request_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'request % stays on record', OLD.id USING ERRCODE = '23514', CONSTRAINT = 'request_kept';
END $$;
CREATE TRIGGER request_kept BEFORE DELETE ON customers_servicerequest
    FOR EACH ROW EXECUTE FUNCTION customers_request_kept();
