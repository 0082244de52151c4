DROP TRIGGER workreport_state_law ON managers_workreport;
DROP TRIGGER plan_state_law ON managers_plan;
DROP TRIGGER objection_state_law ON managers_objection;
DROP TRIGGER handover_state_law ON managers_handover;
DROP TRIGGER contract_state_law ON managers_contract;
DROP TRIGGER application_state_law ON managers_application;
