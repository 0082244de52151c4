-- What closes are the figures of the ledger as it is: a posting that came between the computation and the closing, by
-- whatever way, is found here. The lock of month_close_law (triggers fire by name) has waited for postings on their way.
CREATE FUNCTION deposits_closed_figures_law() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_day date := (NEW.month + interval '1 month' - interval '1 day')::date;
    days int := last_day - NEW.month + 1;
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT account_id, sum(amount_fen) AS amount,
                   sum(amount_fen * (last_day - entered_on + 1 + entered_on - value_on)::numeric) AS fen_days
            FROM deposits_posting
            WHERE branch_id = NEW.branch_id AND entered_on BETWEEN NEW.month AND last_day
            GROUP BY account_id
        ) AS moved
        FULL JOIN (
            SELECT account_id, closing_fen - opening_fen AS amount,
                   accumulated_fen_days - opening_fen * days::numeric AS fen_days
            FROM deposits_accountmonth WHERE branch_id = NEW.branch_id AND month = NEW.month
        ) AS figures ON figures.account_id = moved.account_id
        WHERE coalesce(moved.amount, 0) <> coalesce(figures.amount, 0)
           OR coalesce(moved.fen_days, 0) <> coalesce(figures.fen_days, 0)
    ) OR (
        SELECT coalesce(sum(amount_fen), 0) FROM deposits_posting
        WHERE branch_id = NEW.branch_id AND entered_on < NEW.month
    ) <> (
        SELECT coalesce(sum(opening_fen), 0) FROM deposits_accountmonth
        WHERE branch_id = NEW.branch_id AND month = NEW.month
    ) THEN
        RAISE EXCEPTION 'the figures are not those of the ledger'
            USING ERRCODE = '23514', CONSTRAINT = 'closed_figures_are_the_ledgers';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_close_of_deposits BEFORE UPDATE ON organization_monthclose
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.computed_at IS NOT NULL)
    EXECUTE FUNCTION deposits_closed_figures_law();
