-- The first entry of a task that is kept: those before it were old.
ALTER TABLE feed_tasks ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1;
