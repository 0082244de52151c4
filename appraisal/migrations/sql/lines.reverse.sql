CREATE OR REPLACE FUNCTION appraisal_score_line_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT card_id FROM changed) AS line JOIN appraisal_scorecard AS card ON card.id = line.card_id
        WHERE card.month <= organization_closed_until(card.branch_id)) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
