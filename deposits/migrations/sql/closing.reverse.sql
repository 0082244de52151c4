DROP TRIGGER month_close_of_deposits ON organization_monthclose;
DROP FUNCTION deposits_closed_figures_law();
