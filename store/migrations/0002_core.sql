-- +goose Up
-- Teams, companies, and what the promise core knows of a conversation, a promise and a person.

CREATE TABLE teams (
  id   {{.ID}},
  name TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE TABLE companies (
  id       {{.ID}},
  name     TEXT NOT NULL UNIQUE,
  tier     TEXT NOT NULL DEFAULT '',
  calendar BIGINT NOT NULL DEFAULT 0
);

ALTER TABLE agents ADD COLUMN calendar BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN lead_id BIGINT NOT NULL DEFAULT 0;

ALTER TABLE contacts ADD COLUMN calendar BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN attributes TEXT NOT NULL DEFAULT '';

ALTER TABLE conversations ADD COLUMN team_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN disputed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN workaround_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN senior_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN need TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN merged_into BIGINT NOT NULL DEFAULT 0;
-- What a team has to take: nobody's, and our turn.
CREATE INDEX conversations_team ON conversations(team_id, turn, queue_due, id) WHERE assignee_id = 0 AND turn < 2;

-- A message that offers a workaround says so.
ALTER TABLE messages ADD COLUMN workaround BIGINT NOT NULL DEFAULT 0;

-- Mails to our own people.
CREATE TABLE notices (
  id              {{.ID}},
  agent_id        BIGINT NOT NULL REFERENCES agents(id),
  conversation_id BIGINT NOT NULL DEFAULT 0,
  promise_id      BIGINT NOT NULL DEFAULT 0,
  subject         TEXT NOT NULL,
  text            TEXT NOT NULL,
  reply_to        TEXT NOT NULL DEFAULT '',
  message_id      TEXT NOT NULL,
  in_reply_to     TEXT NOT NULL DEFAULT '',
  created_at      BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL DEFAULT 0,
  trouble         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notices_message_id ON notices(message_id);

{{.FreePromises}}
ALTER TABLE promises ADD COLUMN to_agent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN team_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN begins_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN warn_again_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN warned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE promises ADD COLUMN moves BIGINT NOT NULL DEFAULT 0;
-- The board: what is open, by due.
CREATE INDEX promises_due ON promises(due, id) WHERE state = 'open';

-- +goose Down
-- There is no way down but a backup.
