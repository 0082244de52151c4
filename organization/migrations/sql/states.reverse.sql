DROP FUNCTION organization_state_law();
