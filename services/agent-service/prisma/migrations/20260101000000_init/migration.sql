CREATE TABLE runs (
  task_id TEXT PRIMARY KEY,
  owner_id TEXT NOT NULL,
  goal TEXT NOT NULL,
  task_type TEXT NOT NULL,
  agent_mode TEXT,
  job_id TEXT NOT NULL,
  until TEXT NOT NULL CHECK (until IN ('step', 'end')),
  state TEXT NOT NULL CHECK (state IN ('idle', 'ready', 'running', 'ended')),
  epoch BIGINT NOT NULL DEFAULT 0,
  holder TEXT,
  lease_expires_at TIMESTAMPTZ(3),
  ready_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  recoveries INTEGER NOT NULL DEFAULT 0,
  ledger_no INTEGER NOT NULL DEFAULT 0,
  command_no INTEGER NOT NULL DEFAULT 0,
  preview_token TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX runs_preview_token_key ON runs (preview_token);
-- What the sweep looks for: few rows, whatever the number of ended runs.
CREATE INDEX runs_ready ON runs (ready_at) WHERE state = 'ready';
CREATE INDEX runs_leased ON runs (lease_expires_at) WHERE state = 'running';

CREATE TABLE ledger (
  task_id TEXT NOT NULL,
  no INTEGER NOT NULL,
  epoch BIGINT NOT NULL,
  kind TEXT NOT NULL,
  step INTEGER,
  call_id TEXT,
  data JSONB NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ledger_pkey PRIMARY KEY (task_id, no)
);

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
