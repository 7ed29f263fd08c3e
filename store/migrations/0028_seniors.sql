-- +goose Up
-- Words that customers have of somebody senior, by whom: they are theirs, whoever has the conversation.
CREATE INDEX promises_seniors ON promises(by_agent, id) WHERE source = 'customer' AND kind = 'update';

-- +goose Down
-- There is no way down but a backup.
