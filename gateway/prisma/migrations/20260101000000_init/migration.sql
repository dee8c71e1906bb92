CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  revoked_at TIMESTAMPTZ(3)
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);

CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  used_at TIMESTAMPTZ(3)
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
