-- A customer is never deleted. What a file brought in by mistake goes with its batch, as long as nothing has been done with it.
CREATE FUNCTION customers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a customer stays' USING ERRCODE = '23514', CONSTRAINT = 'customer_stays';
END $$;
CREATE TRIGGER customer_stays BEFORE DELETE ON customers_customer
    FOR EACH ROW WHEN (OLD.batch_id IS NULL OR OLD.archived_at IS NOT NULL) EXECUTE FUNCTION customers_stay();

-- A merged customer stays merged, by a merge that two people have made, into a customer that goes on. When that one is merged
-- in its turn, those that point at it are led on first.
CREATE FUNCTION customers_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.merged_into_id IS NOT NULL AND (NEW.merged_into_id IS NULL OR NEW.archived_at IS NULL) THEN
        RAISE EXCEPTION 'a merged customer stays' USING ERRCODE = '23514', CONSTRAINT = 'merged_customer_stays';
    END IF;
    IF NEW.merged_into_id IS NULL OR NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN
        RETURN NEW;
    END IF;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM customers_customer WHERE id = NEW.merged_into_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM customers_merge WHERE archived_id = NEW.id AND state = 'merged') THEN
        RAISE EXCEPTION 'no merge' USING ERRCODE = '23514', CONSTRAINT = 'merged_by_two_people';
    END IF;
    IF EXISTS (SELECT FROM customers_customer WHERE id = NEW.merged_into_id AND archived_at IS NOT NULL)
        OR EXISTS (SELECT FROM customers_customer WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'merged into one put aside'
            USING ERRCODE = '23514', CONSTRAINT = 'merged_into_one_that_goes_on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customer_merged BEFORE UPDATE OF merged_into_id, archived_at ON customers_customer
    FOR EACH ROW WHEN (OLD.merged_into_id IS NOT NULL OR NEW.merged_into_id IS NOT NULL)
    EXECUTE FUNCTION customers_merged();

-- Who is put aside has no manager after that day: looked at when the customer is put aside, and when it is assigned.
CREATE FUNCTION customers_archived_unassigned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM organization_require_read_committed();
    IF EXISTS (SELECT FROM customers_assignment AS a WHERE a.customer_id = NEW.id
        AND (a.last_day IS NULL OR a.last_day > (NEW.archived_at AT TIME ZONE 'Asia/Shanghai')::date)) THEN
        RAISE EXCEPTION 'still assigned' USING ERRCODE = '23514', CONSTRAINT = 'archived_customer_unassigned';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customer_archived AFTER UPDATE OF archived_at ON customers_customer
    FOR EACH ROW WHEN (OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL)
    EXECUTE FUNCTION customers_archived_unassigned();
CREATE FUNCTION customers_assigned_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM organization_require_read_committed();
    -- Waits for whoever is putting the customer aside; the row as it is then is looked at.
    PERFORM 1 FROM customers_customer WHERE id = NEW.customer_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM customers_customer AS c WHERE c.id = NEW.customer_id AND c.archived_at IS NOT NULL
        AND (NEW.last_day IS NULL OR NEW.last_day > (c.archived_at AT TIME ZONE 'Asia/Shanghai')::date)) THEN
        RAISE EXCEPTION 'put aside' USING ERRCODE = '23514', CONSTRAINT = 'archived_customer_unassigned';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_of_customer_in_use AFTER INSERT OR UPDATE OF customer_id, last_day ON customers_assignment
    FOR EACH ROW EXECUTE FUNCTION customers_assigned_in_use();

-- A merge begins as a proposal; what was proposed stays, a decision is final, and nothing is taken out.
CREATE TRIGGER merge_state_law BEFORE UPDATE OF state ON customers_merge
    FOR EACH ROW EXECUTE FUNCTION organization_state_law('proposed>merged', 'proposed>rejected');
CREATE FUNCTION customers_merge_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION 'not a proposal' USING ERRCODE = '23514', CONSTRAINT = 'merge_begins_proposed';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'proposed'
        OR (NEW.kept_id, NEW.archived_id, NEW.branch_id, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
            IS DISTINCT FROM (OLD.kept_id, OLD.archived_id, OLD.branch_id, OLD.reason, OLD.proposed_by_id, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a merge stays' USING ERRCODE = '23514', CONSTRAINT = 'merge_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER merge_stays BEFORE INSERT OR UPDATE OR DELETE ON customers_merge
    FOR EACH ROW EXECUTE FUNCTION customers_merge_stays();
