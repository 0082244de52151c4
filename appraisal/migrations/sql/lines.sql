-- The same law as before. Which months are closed is asked once a branch that was touched, after the cards were found: the
-- planner was free to ask it of every card there is, and did where it had no statistics.
CREATE OR REPLACE FUNCTION appraisal_score_line_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT card.branch_id, min(card.month) AS month FROM appraisal_scorecard AS card
              WHERE card.id IN (SELECT card_id FROM changed) GROUP BY card.branch_id) AS touched
        WHERE touched.month <= organization_closed_until(touched.branch_id)) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
