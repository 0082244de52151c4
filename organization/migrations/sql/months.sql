-- The last day of a branch's latest closed month; none when it never closed one.
CREATE FUNCTION organization_closed_until(wanted bigint) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (max(month) + interval '1 month' - interval '1 day')::date
    FROM organization_monthclose WHERE branch_id = wanted AND state = 'closed'
$$;

-- Laws that lock and then look hold under read committed alone: a later snapshot must see what the lock waited for.
CREATE FUNCTION organization_require_read_committed() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'this law needs the isolation level read committed'
            USING ERRCODE = '23514', CONSTRAINT = 'law_needs_read_committed';
    END IF;
END $$;

-- Months close in order, branch by branch; a closed month never changes but by being reopened; none opens behind it.
CREATE FUNCTION organization_month_close_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed_until date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'open' THEN
            RAISE EXCEPTION 'a month that was computed stays' USING ERRCODE = '23514', CONSTRAINT = 'computed_month_stays';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'closed' AND NEW.state <> 'reopened' THEN
            RAISE EXCEPTION 'a closed month never changes' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_stays';
        END IF;
        IF (NEW.branch_id, NEW.month) IS DISTINCT FROM (OLD.branch_id, OLD.month) THEN
            RAISE EXCEPTION 'a month keeps its branch' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_stays';
        END IF;
        IF NEW.state = OLD.state OR NEW.state <> 'closed' THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM organization_require_read_committed();
    PERFORM 1 FROM organization_branch WHERE id = NEW.branch_id FOR NO KEY UPDATE;
    closed_until := organization_closed_until(NEW.branch_id);
    IF TG_OP = 'INSERT' AND NEW.month <= closed_until THEN
        RAISE EXCEPTION 'a month before a closed one does not open'
            USING ERRCODE = '23514', CONSTRAINT = 'months_close_in_order';
    END IF;
    IF NEW.state = 'closed' AND (
        (closed_until IS NOT NULL AND NEW.month <> closed_until + 1)
        OR (closed_until IS NULL AND EXISTS (
            SELECT 1 FROM organization_monthclose WHERE branch_id = NEW.branch_id AND month < NEW.month))
    ) THEN
        RAISE EXCEPTION 'months close in order' USING ERRCODE = '23514', CONSTRAINT = 'months_close_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_close_law BEFORE INSERT OR UPDATE OR DELETE ON organization_monthclose
    FOR EACH ROW EXECUTE FUNCTION organization_month_close_law();

-- Nothing that a closed month's figures read, and none of these figures, is added, changed or taken away once it is closed.
-- Statement level over a transition table named "changed"; the argument names the column with the day that counts.
-- The share lock on the branch holds back a closing until the rows are committed, and these rows until it is.
CREATE FUNCTION organization_guard_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    locked bigint;
    refused boolean;
BEGIN
    PERFORM organization_require_read_committed();
    EXECUTE format(
        'WITH touched AS (SELECT branch_id, min(%1$I) AS first_day, max(%1$I) AS last_day FROM changed GROUP BY branch_id),
              branches AS (SELECT b.id FROM organization_branch b WHERE b.id IN (SELECT branch_id FROM touched)
                           ORDER BY b.id FOR SHARE),
              months AS (SELECT m.id FROM organization_monthclose m JOIN touched t ON t.branch_id = m.branch_id
                         WHERE m.month BETWEEN date_trunc(''month'', t.first_day)::date AND t.last_day
                         ORDER BY m.branch_id, m.month FOR SHARE OF m)
         SELECT count(*) FROM (SELECT id FROM branches UNION ALL SELECT id FROM months) held', TG_ARGV[0]) INTO locked;
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM (SELECT branch_id, min(%1$I) AS first_day FROM changed GROUP BY branch_id) t
                        WHERE t.first_day <= organization_closed_until(t.branch_id))', TG_ARGV[0]) INTO refused;
    IF refused THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
