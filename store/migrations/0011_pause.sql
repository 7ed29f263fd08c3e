-- +goose Up
-- Since when a promise's clock stands because it is the customer's turn, and the due that it had then.
ALTER TABLE promises ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN held_due BIGINT NOT NULL DEFAULT 0;

-- +goose Down
-- There is no way down but a backup.
