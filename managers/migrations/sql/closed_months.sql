-- Entries and targets of a closed month stay as they are.
CREATE TRIGGER conduct_entry_added AFTER INSERT ON managers_conductentry REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER conduct_entry_removed AFTER DELETE ON managers_conductentry REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER conduct_entry_changed_from AFTER UPDATE ON managers_conductentry REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');
CREATE TRIGGER conduct_entry_changed_to AFTER UPDATE ON managers_conductentry REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('entered_on');

CREATE TRIGGER target_added AFTER INSERT ON managers_target REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER target_removed AFTER DELETE ON managers_target REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER target_changed_from AFTER UPDATE ON managers_target REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER target_changed_to AFTER UPDATE ON managers_target REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
