DROP TRIGGER month_close_law ON organization_monthclose;
DROP FUNCTION organization_guard_closed_month();
DROP FUNCTION organization_month_close_law();
DROP FUNCTION organization_require_read_committed();
DROP FUNCTION organization_closed_until(bigint);
