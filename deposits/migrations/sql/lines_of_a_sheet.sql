-- The law is one for the lines of all ledgers: managers/migrations/sql/hand_over_lines.sql.
DROP TRIGGER hand_over_line_law ON deposits_attributionhandover;
DROP FUNCTION deposits_hand_over_line_law;
CREATE TRIGGER hand_over_line_law BEFORE INSERT OR UPDATE OR DELETE ON deposits_attributionhandover
    FOR EACH ROW EXECUTE FUNCTION managers_hand_over_line_law('deposits_depositaccount', 'account_id');
