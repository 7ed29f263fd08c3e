-- +goose Up
-- The day check: who was offered to whom, and who signed off for the day.

CREATE TABLE hand_overs (
  id              {{.ID}},
  conversation_id BIGINT NOT NULL,
  promise_id      BIGINT NOT NULL DEFAULT 0,
  from_agent      BIGINT NOT NULL,
  to_agent        BIGINT NOT NULL DEFAULT 0,
  team_id         BIGINT NOT NULL DEFAULT 0,
  lead_id         BIGINT NOT NULL DEFAULT 0,
  note            TEXT NOT NULL,
  state           TEXT NOT NULL,
  offered_at      BIGINT NOT NULL,
  left_at         BIGINT NOT NULL DEFAULT 0,
  settled_at      BIGINT NOT NULL DEFAULT 0,
  settled_by      BIGINT NOT NULL DEFAULT 0,
  reason          TEXT NOT NULL DEFAULT ''
);
-- One who waits is offered to one at a time.
CREATE UNIQUE INDEX hand_overs_open ON hand_overs(conversation_id, promise_id) WHERE state = 'offered';
CREATE INDEX hand_overs_from ON hand_overs(from_agent, settled_at, id);
CREATE INDEX hand_overs_left ON hand_overs(from_agent, left_at) WHERE left_at > 0;

-- An agent signs off once a day; the day is the date on which it began, where they are.
CREATE TABLE sign_offs (
  agent_id BIGINT NOT NULL,
  day      TEXT NOT NULL,
  at       BIGINT NOT NULL,
  clear    BIGINT NOT NULL,
  left_n   BIGINT NOT NULL DEFAULT 0,
  lead_id  BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (agent_id, day)
);

-- What an agent was asked and hasn't answered.
CREATE INDEX promises_unanswered ON promises(by_agent, due, id) WHERE kind = 'ask' AND made_good_at = 0 AND (state = 'open' OR state = 'broken');

-- +goose Down
-- There is no way down but a backup.
