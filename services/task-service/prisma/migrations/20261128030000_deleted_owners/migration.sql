-- Users and projects that are gone: their tasks are deleted one after the other, and none is made any more.
CREATE TABLE deleted_owners (
  owner_id TEXT PRIMARY KEY,
  deleted_by TEXT NOT NULL,
  deleted_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  done_at TIMESTAMPTZ(3)
);
-- A task that is deleted names the forks that were made from it.
CREATE INDEX tasks_parent ON tasks (parent_id) WHERE parent_id IS NOT NULL;
