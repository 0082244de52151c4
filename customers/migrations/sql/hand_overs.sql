-- The law is one for the lines of all ledgers: managers/migrations/sql/hand_over_lines.sql.
CREATE TRIGGER customer_hand_over_law BEFORE INSERT OR UPDATE OR DELETE ON customers_customerhandover
    FOR EACH ROW EXECUTE FUNCTION managers_hand_over_line_law('customers_customer', 'customer_id');
