-- A late report is decided once, and stays as it was proposed and decided (articles 9(8) and 18(4)).
CREATE TRIGGER late_report_stays BEFORE UPDATE ON managers_latereport FOR EACH ROW
    WHEN (OLD.state = 'proposed')
    EXECUTE FUNCTION managers_stays('late_report_stays',
        'state', 'decided_by_id', 'decided_at', 'dismiss_reason', 'entry_id');
CREATE TRIGGER late_report_over BEFORE UPDATE ON managers_latereport FOR EACH ROW
    WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION managers_stays('late_report_stays');
CREATE TRIGGER late_report_kept BEFORE DELETE ON managers_latereport FOR EACH ROW
    EXECUTE FUNCTION managers_never_deleted();
