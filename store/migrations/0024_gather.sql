-- +goose Up
-- How many words of breaks each of us got lately, each by itself: of a level, by a medium, since an instant.
CREATE TABLE tellings (
  agent_id BIGINT NOT NULL REFERENCES agents(id),
  level    TEXT NOT NULL,
  medium   TEXT NOT NULL,
  since    BIGINT NOT NULL,
  n        BIGINT NOT NULL,
  PRIMARY KEY (agent_id, level, medium)
);

-- One word of many breaks: it takes more in until it goes.
CREATE TABLE gatherings (
  id        {{.ID}},
  agent_id  BIGINT NOT NULL REFERENCES agents(id),
  medium    TEXT NOT NULL,
  begun_at  BIGINT NOT NULL,
  closed_at BIGINT NOT NULL DEFAULT 0
);
-- One at a time takes in what breaks.
CREATE UNIQUE INDEX gatherings_open ON gatherings(agent_id, medium) WHERE closed_at = 0;

-- Of which breaks it tells.
CREATE TABLE gathered (
  gathering_id BIGINT NOT NULL REFERENCES gatherings(id),
  promise_id   BIGINT NOT NULL,
  level        TEXT NOT NULL,
  PRIMARY KEY (gathering_id, promise_id, level)
);

-- +goose Down
-- There is no way down but a backup.
