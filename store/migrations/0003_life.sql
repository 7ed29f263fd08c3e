-- +goose Up
-- A company's promises, for a second time; and what was merged into a conversation.
CREATE INDEX contacts_company ON contacts(company, id) WHERE company <> '';
CREATE INDEX conversations_merged ON conversations(merged_into, id) WHERE merged_into > 0;

-- +goose Down
-- There is no way down but a backup.
