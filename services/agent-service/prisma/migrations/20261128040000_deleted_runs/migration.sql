-- A run whose task was deleted ends; then its files and rows are removed. Its row stays: what it has spent counts.
ALTER TABLE runs
  ADD COLUMN deleted_at TIMESTAMPTZ(3),
  ADD COLUMN removed_at TIMESTAMPTZ(3),
  ADD COLUMN awaited_forks TEXT[] NOT NULL DEFAULT '{}';
CREATE INDEX runs_to_remove ON runs (deleted_at) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX runs_removed ON runs (removed_at) WHERE removed_at IS NOT NULL;

-- Users and projects that are gone: their conversations and budgets go too.
CREATE TABLE deleted_owners (
  owner_id TEXT PRIMARY KEY,
  deleted_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  done_at TIMESTAMPTZ(3)
);
