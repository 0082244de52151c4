-- A code is one product on a day wherever it is offered: at its branch, at those above and at those below (article 9(3)).
CREATE FUNCTION customers_product_code_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line bigint[];
BEGIN
    PERFORM organization_require_read_committed();
    WITH RECURSIVE above (id, parent_id) AS (
        SELECT id, parent_id FROM organization_branch WHERE id = NEW.branch_id
        UNION
        SELECT b.id, b.parent_id FROM organization_branch AS b JOIN above ON b.id = above.parent_id
    ), below (id) AS (
        SELECT NEW.branch_id
        UNION
        SELECT b.id FROM organization_branch AS b JOIN below ON b.parent_id = below.id
    )
    SELECT array_agg(id) INTO line FROM (SELECT id FROM above UNION SELECT id FROM below) AS both_ways;
    -- The topmost branch is everybody's who may use the same code: one after another.
    PERFORM 1 FROM organization_branch WHERE id = ANY(line) AND parent_id IS NULL FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM customers_serviceproduct AS p
        WHERE p.code = NEW.code AND p.branch_id <> NEW.branch_id AND p.branch_id = ANY(line)
            AND p.first_day <= coalesce(NEW.last_day, 'infinity') AND NEW.first_day <= coalesce(p.last_day, 'infinity')
    ) THEN
        RAISE EXCEPTION 'the code % is another product there', NEW.code
            USING ERRCODE = '23514', CONSTRAINT = 'service_product_code_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER product_code_law BEFORE INSERT OR UPDATE OF branch_id, code, first_day, last_day
    ON customers_serviceproduct FOR EACH ROW EXECUTE FUNCTION customers_product_code_law();

-- Who sells is account manager of the customer's branch on that day. Only looked at when the sale is entered: an office
-- that ends later, a hand-over or a merge takes nothing from it.
CREATE FUNCTION customers_sale_seller_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM managers_appointment AS a JOIN customers_customer AS c ON c.branch_id = a.branch_id
        WHERE a.employee_id = NEW.manager_id AND a.branch_id = NEW.branch_id AND c.id = NEW.customer_id
            AND a.first_day <= NEW.sold_on AND NEW.sold_on <= coalesce(a.last_day, 'infinity')
    ) THEN
        RAISE EXCEPTION 'no account manager of the branch on that day'
            USING ERRCODE = '23514', CONSTRAINT = 'sale_by_manager_in_office';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sale_seller_law BEFORE INSERT ON customers_sale
    FOR EACH ROW EXECUTE FUNCTION customers_sale_seller_law();
