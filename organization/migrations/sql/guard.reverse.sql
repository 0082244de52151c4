CREATE OR REPLACE FUNCTION organization_guard_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
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
