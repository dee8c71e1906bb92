-- The call that a user has to decide about while the task waits for that.
ALTER TABLE tasks ADD COLUMN waiting_call JSONB;
