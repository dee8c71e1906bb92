-- The local bus's own storage: one row per event and consumer, gone when that consumer has acknowledged it.
CREATE TABLE deliveries (
  position BIGSERIAL PRIMARY KEY,
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX deliveries_consumer ON deliveries (consumer, position);
