DROP TRIGGER information_kept ON customers_marketinformation;
DROP FUNCTION customers_information_kept();
DROP TRIGGER information_over ON customers_marketinformation;
DROP TRIGGER information_stays ON customers_marketinformation;
DROP TRIGGER information_state_law ON customers_marketinformation;
