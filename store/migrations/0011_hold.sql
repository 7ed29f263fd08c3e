-- +goose Up
-- Since when a promise's clock stands because it is the customer's turn, and the due that it had then.
ALTER TABLE promises ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN held_due BIGINT NOT NULL DEFAULT 0;

-- When a mail to our own people was taken for sending: one that was taken before may have gone already.
ALTER TABLE notices ADD COLUMN begun_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
-- There is no way down but a backup.
