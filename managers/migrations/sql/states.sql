-- States move along their tables alone (roles.md, The flows); the steps are those of managers/rules.py.
CREATE TRIGGER application_state_law BEFORE UPDATE OF state ON managers_application
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'draft>submitted', 'draft>withdrawn', 'submitted>not_qualified', 'submitted>qualified', 'submitted>returned',
    'submitted>withdrawn', 'returned>submitted', 'returned>withdrawn', 'qualified>assessed', 'qualified>returned',
    'qualified>withdrawn', 'assessed>on_notice', 'assessed>returned', 'assessed>withdrawn', 'on_notice>approved',
    'on_notice>rejected', 'on_notice>returned', 'on_notice>withdrawn', 'approved>contracted', 'contracted>in_office',
    'in_office>ended');
CREATE TRIGGER contract_state_law BEFORE UPDATE OF state ON managers_contract
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'draft>agreed', 'agreed>ended', 'agreed>in_force', 'agreed>replaced', 'in_force>ended', 'in_force>replaced',
    'replaced>ended');
CREATE TRIGGER handover_state_law BEFORE UPDATE OF state ON managers_handover
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'draft>cancelled', 'draft>signing', 'signing>cancelled', 'signing>done', 'signing>draft');
CREATE TRIGGER objection_state_law BEFORE UPDATE OF state ON managers_objection
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'raised>dismissed', 'raised>investigated', 'raised>upheld', 'investigated>dismissed', 'investigated>upheld');
CREATE TRIGGER plan_state_law BEFORE UPDATE OF state ON managers_plan
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'draft>approved', 'approved>replaced');
CREATE TRIGGER workreport_state_law BEFORE UPDATE OF state ON managers_workreport
    FOR EACH ROW EXECUTE FUNCTION organization_state_law(
    'draft>sent', 'sent>read', 'sent>replied', 'read>replied');
