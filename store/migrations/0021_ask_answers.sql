-- +goose Up
-- How many answers an ask has had: there is an end to what one takes.
ALTER TABLE asks ADD COLUMN answers BIGINT NOT NULL DEFAULT 0;
UPDATE asks SET answers = 1 WHERE answered_at > 0;

-- +goose Down
-- There is no way down but a backup.
