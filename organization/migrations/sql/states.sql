-- A state moves along its table alone: the trigger's arguments are the steps, each as "from>to" (roles.md, The flows).
CREATE FUNCTION organization_state_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'no step leads from % to %', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'state_step_allowed';
    END IF;
    RETURN NEW;
END $$;
