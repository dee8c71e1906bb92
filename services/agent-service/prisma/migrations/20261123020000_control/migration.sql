-- What waits for the user's approval, and when the job began that the run is driven for.
ALTER TABLE runs
  ADD COLUMN approval TEXT NOT NULL DEFAULT 'none' CHECK (approval IN ('none', 'plan', 'step')),
  ADD COLUMN job_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- The task it was forked from.
  ADD COLUMN parent_id TEXT;
