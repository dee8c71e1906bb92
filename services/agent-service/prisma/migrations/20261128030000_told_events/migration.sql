-- What runs told, once it is too old for the outbox: a recording has all of it, however old its run is.
CREATE TABLE told_events (
  key TEXT NOT NULL,
  no BIGINT NOT NULL,
  event TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY (key, no)
);
