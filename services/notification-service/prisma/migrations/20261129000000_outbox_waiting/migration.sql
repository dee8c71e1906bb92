-- Which events wait to be published: a row each, removed when its event is on the bus. The row of the event itself, with its
-- indexes, is written once. Its sent_at is set when it is added; where it is null, a version before this one added it.
CREATE TABLE outbox_waiting (
  position BIGINT PRIMARY KEY
);
