DROP TRIGGER otherbank_law ON customers_otherbank;
DROP TRIGGER majorevent_law ON customers_majorevent;
DROP TRIGGER creditrecord_law ON customers_creditrecord;
DROP TRIGGER holding_law ON customers_holding;
DROP TRIGGER familymember_law ON customers_familymember;
DROP TRIGGER leader_law ON customers_leader;
DROP TRIGGER basicfacts_law ON customers_basicfacts;
DROP FUNCTION customers_dossier_law();
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'jingli_app') THEN
        GRANT UPDATE, DELETE ON customers_dossierchange TO jingli_app;
    END IF;
END $$;
DROP TRIGGER dossier_change_law_truncate ON customers_dossierchange;
DROP TRIGGER dossier_change_law ON customers_dossierchange;
DROP FUNCTION customers_dossier_change_law();
