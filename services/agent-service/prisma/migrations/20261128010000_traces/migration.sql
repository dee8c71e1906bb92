-- A run belongs to the trace of the request that its job came from, whichever process drives it.
ALTER TABLE runs ADD COLUMN traceparent TEXT;
