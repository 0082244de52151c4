-- Market information moves along its states alone (article 9(5)); the steps are those of customers/rules/states.py.
CREATE TRIGGER information_state_law BEFORE UPDATE OF state ON customers_marketinformation
    FOR EACH ROW EXECUTE FUNCTION organization_state_law('draft>sent', 'sent>read', 'sent>replied', 'read>replied');

-- What was sent stays as it was sent, and so does a reply; what may still move is named. A merge may name the customer anew.
CREATE TRIGGER information_stays BEFORE UPDATE ON customers_marketinformation FOR EACH ROW
    WHEN (OLD.state IN ('sent', 'read'))
    EXECUTE FUNCTION managers_stays('information_sent_stays',
        'state', 'version', 'customer_id', 'read_at', 'reply', 'replied_by_id', 'replied_at');
CREATE TRIGGER information_over BEFORE UPDATE ON customers_marketinformation FOR EACH ROW
    WHEN (OLD.state = 'replied')
    EXECUTE FUNCTION managers_stays('information_sent_stays', 'customer_id');

CREATE FUNCTION customers_information_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'market information % stays on record', OLD.id
        USING ERRCODE = '23514', CONSTRAINT = 'information_kept';
END $$;
CREATE TRIGGER information_kept BEFORE DELETE ON customers_marketinformation FOR EACH ROW
    EXECUTE FUNCTION customers_information_kept();
