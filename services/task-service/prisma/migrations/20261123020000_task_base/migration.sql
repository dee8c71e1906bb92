-- The state from which a task's timeline starts: what an import brought along. Null: a new task's.
ALTER TABLE tasks ADD COLUMN base JSONB;
UPDATE tasks SET base = jsonb_build_object('status', status, 'waiting_for', waiting_for, 'waiting_call', NULL,
  'plan', plan, 'current_step', current_step, 'error', error, 'metadata', metadata, 'spent_micro_usd', spent_micro_usd)
WHERE seq = 1 AND status <> 'queued';
