-- +goose Up
-- A number that a customer gave on their page may be called, and doesn't say who calls from it. Zero: one of us wrote it,
-- they called from it, or we reached them there. Of the numbers before this, nothing tells who wrote them: they stand.
ALTER TABLE contacts ADD COLUMN phone_said_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
-- There is no way down but a backup.
