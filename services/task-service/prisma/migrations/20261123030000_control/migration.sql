-- What waits for the user's approval, and the task and the entry of its timeline that this one was forked from.
ALTER TABLE tasks
  ADD COLUMN approval TEXT NOT NULL DEFAULT 'none' CHECK (approval IN ('none', 'plan', 'step')),
  ADD COLUMN parent_id TEXT,
  ADD COLUMN parent_seq INTEGER;
