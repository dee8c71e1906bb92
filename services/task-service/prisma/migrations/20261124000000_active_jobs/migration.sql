-- How many runs a project has under way is asked for with each new one.
CREATE INDEX jobs_active_owner ON jobs (owner_id) WHERE status IN ('queued', 'started');
