-- +goose Up
-- While thousands of jobs of one kind wait for room, those of the others are found without walking over them.
CREATE INDEX jobs_kind ON jobs(kind, next_at, id) WHERE dead_at = 0;

-- +goose Down
-- There is no way down but a backup.
