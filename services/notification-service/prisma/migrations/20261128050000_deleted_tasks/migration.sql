-- Of a deleted task the feed has one entry, which says so; nothing is added to it any more.
ALTER TABLE feed_tasks ADD COLUMN deleted_at TIMESTAMPTZ(3);

-- What else a deleted task has here is found by it.
CREATE INDEX notifications_task ON notifications (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX webhook_deliveries_task ON webhook_deliveries (task_id) WHERE task_id IS NOT NULL;

-- Users and projects that are gone: nobody makes a webhook there any more.
CREATE TABLE deleted_owners (
  owner_id TEXT PRIMARY KEY,
  deleted_at TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
