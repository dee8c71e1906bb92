-- Users whom the owner has shut out: their sessions and keys count for nothing, their tasks stay.
ALTER TABLE users ADD COLUMN disabled_at TIMESTAMPTZ(3);
