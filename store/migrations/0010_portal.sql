-- +goose Up
-- What came of each time that a customer said they need it sooner.
CREATE TABLE sooner (
  message_id      BIGINT PRIMARY KEY REFERENCES messages(id),
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  at              BIGINT NOT NULL,
  due_before      BIGINT NOT NULL,
  due_after       BIGINT NOT NULL,
  was             TEXT NOT NULL,
  became          TEXT NOT NULL,
  lead_id         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sooner_conversation ON sooner(conversation_id, message_id);

-- How often the links of a conversation were taken back: a link is signed with the number.
CREATE TABLE page_links (
  conversation_id BIGINT PRIMARY KEY REFERENCES conversations(id),
  revoked         BIGINT NOT NULL
);

-- +goose Down
-- There is no way down but a backup.
