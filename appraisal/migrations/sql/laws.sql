-- A version is published with weights of its scored indicators that sum to exactly 100, and then never changes.
CREATE FUNCTION appraisal_scheme_version_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = '23514', CONSTRAINT = 'published_scheme_stays';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'published' AND (
        SELECT coalesce(sum(weight_hundredths), 0) FROM appraisal_schemeindicator
        WHERE version_id = NEW.id AND rule <> 'bonus') <> 10000 THEN
        RAISE EXCEPTION 'weights sum to 100' USING ERRCODE = '23514', CONSTRAINT = 'scheme_weights_sum_to_100';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER scheme_version_law BEFORE UPDATE OR DELETE ON appraisal_schemeversion
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_version_law();

-- A version starts as a draft, so that publishing always passes the sum.
CREATE FUNCTION appraisal_scheme_starts_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'a version starts as a draft' USING ERRCODE = '23514', CONSTRAINT = 'scheme_weights_sum_to_100';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scheme_version_starts_as_draft BEFORE INSERT ON appraisal_schemeversion
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_starts_as_draft();

CREATE FUNCTION appraisal_scheme_indicator_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM appraisal_schemeversion
        WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
        ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM appraisal_schemeversion WHERE state = 'published'
        AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)) THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = '23514', CONSTRAINT = 'published_scheme_stays';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER scheme_indicator_law AFTER INSERT OR UPDATE OR DELETE ON appraisal_schemeindicator
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_indicator_law();

-- Score cards of a closed month stay, and so do their lines.
CREATE TRIGGER score_card_added AFTER INSERT ON appraisal_scorecard REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER score_card_removed AFTER DELETE ON appraisal_scorecard REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER score_card_changed AFTER UPDATE ON appraisal_scorecard REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');
CREATE TRIGGER score_card_changed_to AFTER UPDATE ON appraisal_scorecard REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION organization_guard_closed_month('month');

CREATE FUNCTION appraisal_score_line_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT card_id FROM changed) AS line JOIN appraisal_scorecard AS card ON card.id = line.card_id
        WHERE card.month <= organization_closed_until(card.branch_id)) THEN
        RAISE EXCEPTION 'the month is closed' USING ERRCODE = '23514', CONSTRAINT = 'closed_month_takes_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER score_line_added AFTER INSERT ON appraisal_scoreline REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION appraisal_score_line_law();
CREATE TRIGGER score_line_removed AFTER DELETE ON appraisal_scoreline REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION appraisal_score_line_law();
CREATE TRIGGER score_line_changed AFTER UPDATE ON appraisal_scoreline REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION appraisal_score_line_law();
CREATE TRIGGER score_line_changed_to AFTER UPDATE ON appraisal_scoreline REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION appraisal_score_line_law();
