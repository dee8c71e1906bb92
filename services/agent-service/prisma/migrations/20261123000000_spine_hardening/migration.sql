-- Dead letters for operators: what event it is, and events that the bus refused for good.
ALTER TABLE dead_letters ADD COLUMN event_type TEXT;
ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_state_check;
ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_state_check
  CHECK (state IN ('dead', 'held', 'unpublishable', 'replayed', 'discarded'));
ALTER TABLE outbox_keys ADD COLUMN parked BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX outbox_keys_parked ON outbox_keys (topic, key) WHERE parked;

-- Which held message is next, and which keys have some that nothing holds back any more.
CREATE INDEX dead_letters_held ON dead_letters (consumer, topic, key, no) WHERE state = 'held';
CREATE INDEX inbox_keys_held ON inbox_keys (consumer, topic, key) WHERE held > 0 AND NOT parked;

-- What is old enough to be removed.
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX inbox_received_at_idx ON inbox (received_at);
CREATE INDEX dead_letters_settled ON dead_letters (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
