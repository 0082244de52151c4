DROP TRIGGER trail_law_truncate ON organization_trailentry;
DROP TRIGGER trail_law ON organization_trailentry;
DROP FUNCTION organization_trail_law();
