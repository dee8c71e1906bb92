-- What the tasks and conversations of a project may cost together.
CREATE TABLE budgets (
  owner_id TEXT PRIMARY KEY,
  cap_micro_usd BIGINT,
  default_task_cap_micro_usd BIGINT,
  reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
  spent_micro_usd BIGINT NOT NULL DEFAULT 0
);

INSERT INTO budgets (owner_id, reserved_micro_usd, spent_micro_usd)
SELECT owner_id, SUM(reserved_micro_usd), SUM(spent_micro_usd) FROM runs GROUP BY owner_id;

ALTER TABLE runs ADD COLUMN waits_for_project BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE conversations ADD COLUMN cap_micro_usd BIGINT;
ALTER TABLE conversations ADD COLUMN reserved_micro_usd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN spent_micro_usd BIGINT NOT NULL DEFAULT 0;
