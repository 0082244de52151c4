DROP TRIGGER late_report_kept ON managers_latereport;
DROP TRIGGER late_report_over ON managers_latereport;
DROP TRIGGER late_report_stays ON managers_latereport;
