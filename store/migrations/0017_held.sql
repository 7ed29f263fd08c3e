-- +goose Up
-- How many open minutes a promise's clock has stood still so far, in the customer's turns that are over.
ALTER TABLE promises ADD COLUMN held_minutes BIGINT NOT NULL DEFAULT 0;

-- +goose Down
-- There is no way down but a backup.
