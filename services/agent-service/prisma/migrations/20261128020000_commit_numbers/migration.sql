-- How often the run's owner has committed since its claim: it says which commit comes next, so one whose acknowledgement was
-- lost is not made a second time. The claim sets it to 0.
ALTER TABLE runs ADD COLUMN commit_no INTEGER NOT NULL DEFAULT 0;
