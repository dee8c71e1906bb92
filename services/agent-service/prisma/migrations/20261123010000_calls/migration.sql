-- What a run may spend, what is reserved for calls in flight, and what is spent.
ALTER TABLE runs
  ADD COLUMN cap_micro_usd BIGINT,
  ADD COLUMN reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spent_micro_usd BIGINT NOT NULL DEFAULT 0,
  -- The last command that the run's owner has seen.
  ADD COLUMN seen_command_no INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET seen_command_no = command_no;

-- What was asked of a run, in order; numbered under the run's lock.
CREATE TABLE commands (
  task_id TEXT NOT NULL,
  no INTEGER NOT NULL,
  kind TEXT NOT NULL,
  data JSONB NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT commands_pkey PRIMARY KEY (task_id, no)
);
