-- +goose Up
-- Who has the duty, who was paged, and how our own people are reached beside mail.

CREATE TABLE rotations (
  id      {{.ID}},
  name    TEXT NOT NULL,
  data    TEXT NOT NULL,
  secret  TEXT NOT NULL DEFAULT '',
  gone_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE pages (
  id              {{.ID}},
  conversation_id BIGINT NOT NULL REFERENCES conversations(id),
  promise_id      BIGINT NOT NULL DEFAULT 0,
  rotation_id     BIGINT NOT NULL REFERENCES rotations(id),
  why             TEXT NOT NULL,
  media           TEXT NOT NULL,
  begun_at        BIGINT NOT NULL,
  agent_id        BIGINT NOT NULL DEFAULT 0,
  duty_id         BIGINT NOT NULL DEFAULT 0,
  turn            BIGINT NOT NULL DEFAULT 0,
  since           BIGINT NOT NULL DEFAULT 0,
  asked_at        BIGINT NOT NULL DEFAULT 0,
  asked           BIGINT NOT NULL DEFAULT 0,
  taken_by        BIGINT NOT NULL DEFAULT 0,
  ended_at        BIGINT NOT NULL DEFAULT 0,
  ended           TEXT NOT NULL DEFAULT ''
);
CREATE INDEX pages_conversation ON pages(conversation_id, id);
-- A conversation calls a rotation once at a time.
CREATE UNIQUE INDEX pages_open ON pages(conversation_id, rotation_id) WHERE ended_at = 0;

-- How far the escalation of a broken promise has come.
CREATE TABLE escalations (
  promise_id      BIGINT PRIMARY KEY,
  conversation_id BIGINT NOT NULL,
  begun_at        BIGINT NOT NULL,
  steps           BIGINT NOT NULL DEFAULT 0,
  said_at         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX escalations_said ON escalations(conversation_id, said_at) WHERE said_at > 0;

CREATE TABLE alerts (
  id              {{.ID}},
  medium          TEXT NOT NULL,
  agent_id        BIGINT NOT NULL DEFAULT 0,
  subscription_id BIGINT NOT NULL DEFAULT 0,
  rotation_id     BIGINT NOT NULL DEFAULT 0,
  page_id         BIGINT NOT NULL DEFAULT 0,
  conversation_id BIGINT NOT NULL DEFAULT 0,
  promise_id      BIGINT NOT NULL DEFAULT 0,
  title           TEXT NOT NULL,
  text            TEXT NOT NULL,
  url             TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL DEFAULT 0,
  trouble         TEXT NOT NULL DEFAULT ''
);

CREATE TABLE push_subscriptions (
  id         {{.ID}},
  agent_id   BIGINT NOT NULL REFERENCES agents(id),
  endpoint   TEXT NOT NULL UNIQUE,
  p256dh     TEXT NOT NULL,
  auth       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_agent ON push_subscriptions(agent_id);

-- +goose Down
-- There is no way down but a backup.
