DROP TRIGGER conduct_entry_added ON managers_conductentry;
DROP TRIGGER conduct_entry_removed ON managers_conductentry;
DROP TRIGGER conduct_entry_changed_from ON managers_conductentry;
DROP TRIGGER conduct_entry_changed_to ON managers_conductentry;
DROP TRIGGER target_added ON managers_target;
DROP TRIGGER target_removed ON managers_target;
DROP TRIGGER target_changed_from ON managers_target;
DROP TRIGGER target_changed_to ON managers_target;
