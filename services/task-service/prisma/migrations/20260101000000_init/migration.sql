CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  owner_id TEXT NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  goal TEXT NOT NULL,
  project_id TEXT,
  status TEXT NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'in_progress', 'waiting', 'completed', 'failed', 'cancelled')),
  waiting_for TEXT,
  plan JSONB NOT NULL DEFAULT '[]',
  current_step INTEGER,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  logs JSONB NOT NULL DEFAULT '[]',
  error TEXT,
  metadata JSONB NOT NULL DEFAULT '{}',
  messages JSONB NOT NULL DEFAULT '[]',
  collaboration_log TEXT,
  agent_mode TEXT,
  cap_micro_usd BIGINT,
  reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
  spent_micro_usd BIGINT NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL DEFAULT 0,
  list_seq INTEGER NOT NULL DEFAULT 0,
  deleted_at TIMESTAMPTZ(3)
);
CREATE INDEX idx_status ON tasks (owner_id, status, created_at, id);
CREATE INDEX idx_project_id ON tasks (owner_id, project_id, created_at, id);
CREATE INDEX idx_created_at ON tasks (owner_id, created_at, id);

CREATE TABLE timeline (
  task_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  timestamp TIMESTAMPTZ(3) NOT NULL,
  step INTEGER,
  data JSON NOT NULL,
  CONSTRAINT timeline_pkey PRIMARY KEY (task_id, seq)
);
CREATE UNIQUE INDEX timeline_event_id_key ON timeline (event_id);
CREATE INDEX timeline_event_type ON timeline (task_id, event_type, seq);
CREATE INDEX timeline_step ON timeline (task_id, step, event_type, seq);

CREATE TABLE jobs (
  id UUID PRIMARY KEY,
  task_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  until TEXT NOT NULL CHECK (until IN ('step', 'end')),
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'started', 'succeeded', 'failed', 'cancelled')),
  error_code TEXT,
  result JSON,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  started_at TIMESTAMPTZ(3),
  ended_at TIMESTAMPTZ(3)
);
CREATE INDEX jobs_task_id_created_at_idx ON jobs (task_id, created_at);
-- Two runs at once: the database itself lets one through.
CREATE UNIQUE INDEX jobs_one_active ON jobs (task_id) WHERE status IN ('queued', 'started');

-- Outbox, inbox and leases (see spine.prisma).
CREATE TABLE outbox (
  position BIGSERIAL PRIMARY KEY,
  id UUID NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  no BIGINT NOT NULL,
  event TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  sent_at TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX outbox_id_key ON outbox (id);
CREATE UNIQUE INDEX outbox_topic_key_no_key ON outbox (topic, key, no);
CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;

CREATE TABLE outbox_keys (
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  last_no BIGINT NOT NULL,
  CONSTRAINT outbox_keys_pkey PRIMARY KEY (topic, key)
);

CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  received_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);

CREATE TABLE inbox_keys (
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  last_no BIGINT NOT NULL DEFAULT 0,
  parked BOOLEAN NOT NULL DEFAULT false,
  held INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT inbox_keys_pkey PRIMARY KEY (consumer, topic, key)
);

CREATE TABLE dead_letters (
  id BIGSERIAL PRIMARY KEY,
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  event_id TEXT,
  no BIGINT,
  state TEXT NOT NULL CHECK (state IN ('dead', 'held', 'replayed', 'discarded')),
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  message TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  settled_at TIMESTAMPTZ(3)
);
CREATE INDEX dead_letters_consumer_topic_key_state_idx ON dead_letters (consumer, topic, key, state);

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL
);

CREATE TABLE idempotency_keys (
  owner_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  result JSONB NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner_id, operation, key)
);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  private_jwk JSONB NOT NULL,
  public_jwk JSONB NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
