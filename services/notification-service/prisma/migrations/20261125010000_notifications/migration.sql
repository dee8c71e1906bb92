-- One row for all who may see it; who has read it is a row of its own.
CREATE TABLE notifications (
  id UUID PRIMARY KEY,
  owner_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  task_id TEXT,
  webhook_id UUID,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  waiting_for TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX notifications_owner_id_id_idx ON notifications (owner_id, id);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);

CREATE TABLE notification_reads (
  notification_id UUID NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  read_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT notification_reads_pkey PRIMARY KEY (notification_id, user_id)
);

CREATE TABLE webhooks (
  id UUID PRIMARY KEY,
  owner_id TEXT NOT NULL,
  project_id TEXT,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT[] NOT NULL,
  secret TEXT NOT NULL,
  -- Signs beside the secret until then: receivers have time to take the new one.
  old_secret TEXT,
  old_secret_until TIMESTAMPTZ(3),
  enabled BOOLEAN NOT NULL DEFAULT true,
  disabled_reason TEXT,
  failing_since TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX webhooks_owner_id_idx ON webhooks (owner_id);

-- The log of deliveries, and the queue of those that are pending: one truth for both.
CREATE TABLE webhook_deliveries (
  id UUID PRIMARY KEY,
  webhook_id UUID NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  task_id TEXT,
  payload TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- How often it was tried since it was made, or replayed: what the pauses go by.
  tries INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  response_status INTEGER,
  error TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  delivered_at TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX webhook_deliveries_webhook_id_event_id_key ON webhook_deliveries (webhook_id, event_id);
CREATE INDEX webhook_deliveries_webhook_id_id_idx ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
  delivery_id UUID NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  started_at TIMESTAMPTZ(3) NOT NULL,
  duration_ms INTEGER NOT NULL,
  response_status INTEGER,
  response_body TEXT NOT NULL,
  error TEXT,
  CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, attempt)
);

-- What is old enough to be removed from the feed.
CREATE INDEX feed_timestamp_brin ON feed USING brin (timestamp);
