-- +goose Up
-- The next word that a draft promises once it is sent, as JSON; empty: none.
ALTER TABLE drafts ADD COLUMN next TEXT NOT NULL DEFAULT '';

-- +goose Down
-- There is no way down but a backup.
